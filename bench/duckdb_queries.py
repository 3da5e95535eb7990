"""Times the questions of queries.sql in one warm DuckDB and prints them, with their answers, as JSON.

Each is asked once before it is timed, so that DuckDB has read its file; the timed ones alternate.
"""
import json
import pathlib
import re
import resource
import statistics
import sys
import time

import duckdb

QUESTIONS = pathlib.Path(__file__).resolve().parent / "queries.sql"


def questions():
    """Each question of the file under its name."""
    parts = re.split(r"^-- name: (\w+)$", QUESTIONS.read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def main(database, runs):
    connection = duckdb.connect(database, read_only=True)
    answers = {name: connection.execute(sql).fetchall() for name, sql in questions().items()}
    seconds = {name: [] for name in answers}
    for _ in range(int(runs)):
        for name, sql in questions().items():
            start = time.perf_counter()
            connection.execute(sql).fetchall()
            seconds[name].append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({
        "seconds": {name: statistics.median(runs) for name, runs in seconds.items()},
        "memory_mb": peak, "version": duckdb.__version__, "answers": answers}, default=str))


main(*sys.argv[1:])
