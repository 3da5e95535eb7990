#!/usr/bin/env python3
"""Holds a database of followed files against what was really written.

    recount.py STORE.db TRUTH/*.jsonl

Every number must be there exactly once, nothing may be counted as a duplicate or rejected, the
requests must be those that the oracle computes from the whole logs, and SQLite must find the
database intact. Prints what is not so and exits 1.
"""

import json
import pathlib
import sqlite3
import sys
import time
from collections import Counter

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Oracle"))

from log_files import Reading  # noqa: E402
from moments import SECOND, rfc3339  # noqa: E402
from request_model import History  # noqa: E402
from usage import PriceTable  # noqa: E402

SUMMARY = """
    SELECT request_id, part, agent, ended_at, outcome, failed, escalated, latency_ms, llm_calls,
        tool_calls, input_tokens, output_tokens, cost_usd
    FROM request_summary ORDER BY request_id, part"""


def opened(database):
    """Reads only: other programs may be writing."""
    return sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)


def numbers(database):
    """How often every number is stored."""
    with_number = "SELECT json_extract(attributes, '$.n') FROM events"
    connection = opened(database)
    found = Counter(number for (number,) in connection.execute(with_number))
    connection.close()
    return found


def written(files):
    """The numbers of the truth."""
    found = set()
    for path in files:
        with open(path, "rb") as file:
            found.update(json.loads(line)["n"] for line in file)
    return found


def some(items):
    items = sorted(items, key=str)
    return f"{len(items)} ({', '.join(map(str, items[:8]))}{', ...' if len(items) > 8 else ''})"


def wrong_numbers(database, files, may_miss=frozenset()):
    """`may_miss`: numbers that were lawfully lost."""
    stored, expected = numbers(database), written(files)
    missing = expected - set(stored) - set(may_miss)
    twice = [number for number, count in stored.items() if count > 1]
    strange = set(stored) - expected
    for what, found in (("missing", missing), ("there more than once", twice),
                        ("never written", strange)):
        if found:
            yield f"numbers {what}: {some(found)}"


def wrong_ledger(database):
    """Numbered lines are all events: nothing of them is rejected, skipped or a duplicate."""
    connection = opened(database)
    counts = connection.execute("""
        SELECT ifnull(sum(lines), 0), ifnull(sum(events), 0), ifnull(sum(duplicates), 0),
            ifnull(sum(rejected), 0), ifnull(sum(skipped), 0) FROM ledger""").fetchone()
    events = connection.execute("SELECT count(*) FROM events").fetchone()[0]
    state = connection.execute("PRAGMA integrity_check").fetchone()[0]
    rejects = connection.execute("SELECT reason, substr(line, 1, 200) FROM rejects LIMIT 2").fetchall()
    connection.close()
    if counts[1] != events:
        yield f"the ledger has {counts[1]} events, the store {events}"
    if any(counts[2:]):
        yield f"duplicates {counts[2]}, rejected {counts[3]}, skipped {counts[4]}: {rejects}"
    if state != "ok":
        yield f"integrity_check: {state}"


def described(request):
    """A request of the oracle, closed, as request_summary has it."""
    latency = request.latency(False)
    return (request.id, request.number, request.agent, rfc3339(request.ended_at), request.outcome,
            int(request.failed), int(request.escalated), None if latency is None else latency / 1000,
            len(request.llm_calls), len(request.tool_calls), request.input_tokens,
            request.output_tokens, None if request.cost is None else request.cost / 10**9)


def wrong_requests(database, files):
    """The first request that differs from the oracle's."""
    reading = Reading(time.time_ns() // 1000 // SECOND * SECOND)
    for path in files:
        reading.read(path)
    requests = sorted(History(reading.events, PriceTable.read(None)).requests,
                      key=lambda request: (request.id, request.number))
    connection = opened(database)
    rows = connection.execute(SUMMARY).fetchall()
    connection.close()
    if len(rows) != len(requests):
        yield f"{len(rows)} requests are stored, the oracle counts {len(requests)}"
    for row, request in zip(rows, requests):
        expected = described(request)
        same = all(one == other or (isinstance(one, float) and abs(one - other) < 1e-9)
                   for one, other in zip(row[:3] + row[4:], expected[:3] + expected[4:]))
        if not same:
            yield f"request {request.id}: stored {row}, the oracle says {expected}"
            return


def problems(database, files, may_miss=frozenset()):
    """Everything that is not as it must be."""
    found = [*wrong_numbers(database, files, may_miss), *wrong_ledger(database)]
    # Requests of which events are missing differ anyway.
    return found or ([] if may_miss else [*wrong_requests(database, files)])


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    found = problems(sys.argv[1], sys.argv[2:])
    print("\n".join(found) or f"{len(written(sys.argv[2:]))} numbers, each once")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
