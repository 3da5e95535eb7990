"""The DuckDB side: one statement, then a checkpoint.

DuckDB guesses the columns from the first lines and stops at a key that only comes later, so it is
given the columns, found once beside the log; this also saves it the guessing.
"""
import json
import pathlib
import sys

import duckdb

READ = "format='newline_delimited', maximum_object_size=33554432"


def columns(log):
    """The columns of the log, from every line of it; kept in a file."""
    kept = pathlib.Path(log + ".columns.json")
    if not kept.exists():
        rows = duckdb.execute(f"DESCRIBE SELECT * FROM read_json(?, {READ}, sample_size=-1)", [log])
        kept.write_text(json.dumps({row[0]: row[1] for row in rows.fetchall()}))
    return json.loads(kept.read_text())


def main(log, database=None):
    struct = ", ".join(f"'{name}': '{kind}'" for name, kind in columns(log).items())
    if database is None:
        return
    connection = duckdb.connect(database)
    connection.execute(
        f"CREATE TABLE events AS SELECT * FROM read_json(?, {READ}, columns={{{struct}}})", [log])
    connection.execute("CHECKPOINT")


main(*sys.argv[1:])
