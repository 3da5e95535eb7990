"""The DuckDB side: one statement, then a checkpoint."""
import sys

import duckdb

log, database = sys.argv[1:]
connection = duckdb.connect(database)
connection.execute(
    "CREATE TABLE events AS SELECT * FROM read_json(?, format='newline_delimited', "
    "maximum_object_size=33554432)", [log])
connection.execute("CHECKPOINT")
