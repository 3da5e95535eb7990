"""Times the questions of some files in one warm DuckDB and prints them, with their answers, as JSON.

A question of a later file takes the place of the one with the same name.

Each is asked once before it is timed, so that DuckDB has read its file; the timed ones alternate. With 0
runs each is asked once and not timed: whoever starts it times the whole process.
"""
import json
import pathlib
import re
import resource
import statistics
import sys
import time

import duckdb

def read(file):
    """Each question of a file under its name."""
    text = pathlib.Path(file).read_text()
    parts = re.split(r"^-- name: (\w+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def main(database, runs, *files):
    questions = {name: sql for file in files for name, sql in read(file).items()}
    connection = duckdb.connect(database, read_only=True)
    answers = {name: connection.execute(sql).fetchall() for name, sql in questions.items()}
    if runs == "0":
        return
    seconds = {name: [] for name in answers}
    for _ in range(int(runs)):
        for name, sql in questions.items():
            start = time.perf_counter()
            connection.execute(sql).fetchall()
            seconds[name].append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({
        "seconds": {name: statistics.median(runs) for name, runs in seconds.items()},
        "memory_mb": peak, "version": duckdb.__version__, "answers": answers}, default=str))


main(*sys.argv[1:])
