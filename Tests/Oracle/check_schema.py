#!/usr/bin/env python3
"""Judges alerts files by docs/alerts.schema.json, with PyPI's jsonschema.

check_schema.py SCHEMA reads a JSON list of documents from standard input and prints a JSON list: for
each the path of its first problem, or null where it has none.
"""

import json
import sys

from jsonschema import Draft202012Validator


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    verdicts = []
    for document in json.load(sys.stdin):
        problems = sorted(validator.iter_errors(document), key=lambda problem: problem.json_path)
        verdicts.append(problems[0].json_path if problems else None)
    json.dump(verdicts, sys.stdout)


if __name__ == "__main__":
    main()
