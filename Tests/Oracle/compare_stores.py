#!/usr/bin/env python3
"""Compares what two databases hold, as anyone sees it through the views.

    compare_stores.py ONE.db OTHER.db

Ids and times of reading may differ; everything else must not. Exits 1 and names the first row that
does, for each view.
"""

import itertools
import sqlite3
import sys

ORDERED = {
    "llm_calls": "SELECT * FROM llm_calls ORDER BY timestamp_us, source, line_offset",
    "tool_calls": "SELECT * FROM tool_calls ORDER BY timestamp_us, source, line_offset",
    "request_summary": "SELECT * FROM request_summary ORDER BY request_id, part",
    "other events": """
        SELECT k.name, e.timestamp, e.line_offset, i.request_id, a.name, e.outcome, e.attempt, e.flags,
            e.attributes
        FROM events e JOIN event_kinds k ON k.id = e.kind LEFT JOIN request_ids i ON i.id = e.request
        LEFT JOIN names a ON a.id = e.agent
        WHERE e.kind > 2 ORDER BY e.timestamp, e.source, e.line_offset""",
    "ledger": """
        SELECT s.path, s.generation, s.read_offset, sum(lines), sum(events), sum(duplicates),
            sum(conflicting_duplicates), sum(rejected), sum(skipped), sum(blank), sum(field_errors),
            sum(bytes)
        FROM sources s LEFT JOIN ledger l ON l.source = s.id GROUP BY s.id ORDER BY 1, 2""",
    "field_errors": """
        SELECT s.path, field, count FROM field_errors e JOIN sources s ON s.id = e.source
        ORDER BY 1, 2""",
    "rejects": """
        SELECT s.path, line_offset, reason, length, line FROM rejects r
        JOIN sources s ON s.id = r.source ORDER BY 1, 2""",
    "agents": """
        SELECT n.name, ends_tasks_since FROM agents a LEFT JOIN names n ON n.id = a.agent
        ORDER BY 1""",
    "thresholds": "SELECT * FROM thresholds ORDER BY name",
    "prices": "SELECT * FROM prices ORDER BY pattern, provider, valid_from, above_input",
}


def rows(path, query):
    """The rows by column name, without ids."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield {name: value for name, value in zip(names, row) if name != "id"}


def first_difference(one, other, query):
    """None where all rows are equal."""
    pairs = itertools.zip_longest(rows(one, query), rows(other, query))
    for number, (a, b) in enumerate(pairs, 1):
        if a != b:
            if a is None or b is None:
                return f"row {number} is only in the {'second' if a is None else 'first'}: {a or b}"
            fields = {name: (a[name], b.get(name)) for name in a if a[name] != b.get(name)}
            return f"row {number} differs in {fields}"
    return None


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    found = 0
    for name, query in ORDERED.items():
        difference = first_difference(*sys.argv[1:], query)
        if difference:
            found += 1
            print(f"{name}: {difference[:1000]}")
    for path in sys.argv[1:]:
        state = sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute("PRAGMA integrity_check").fetchone()[0]
        if state != "ok":
            found += 1
            print(f"{path}: {state}")
    if not found:
        print(f"{len(ORDERED)} views agree")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
