"""The chDB side: an insert of the lines into a MergeTree table, with the columns DuckDB found.

Everything that is neither a number nor a truth value is kept as text.
"""
import json
import pathlib
import sys

from chdb import session

NUMBERS = {"DOUBLE": "Float64", "BIGINT": "Int64", "BOOLEAN": "Bool"}


def main(log, folder):
    kinds = json.loads(pathlib.Path(log + ".columns.json").read_text())
    columns = ", ".join(f"`{name}` Nullable({NUMBERS.get(kind, 'String')})"
                        for name, kind in kinds.items())
    chdb = session.Session(folder)
    chdb.query("CREATE DATABASE bench")
    chdb.query(f"CREATE TABLE bench.events ({columns}) ENGINE = MergeTree ORDER BY tuple()")
    chdb.query(f"INSERT INTO bench.events SELECT * FROM file('{log}', JSONEachRow, '{columns}') "
               "SETTINGS input_format_json_read_objects_as_strings = 1, "
               "input_format_json_read_numbers_as_strings = 1")
    print(chdb.query("SELECT count() FROM bench.events", "CSV"))
    chdb.close()


main(*sys.argv[1:])
