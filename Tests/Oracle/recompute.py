#!/usr/bin/env python3
"""Computes every metric a second way: from raw log lines, by the specification, without a store.

    recompute.py --now 2026-01-05T12:00:00Z --by agent,hour --tz Europe/Paris logs/*.jsonl

prints what `agentwatch report --exact --json` must print for the same logs, to 1e-12 relative and
with integers equal (but for the wording of reasons). `--requests` prints every request as
`agentwatch request ID --json` describes it, with the number of its calls.
"""

import argparse
import json
import sys
import time

from log_files import Reading
from metrics import DIMENSIONS, Question, report
from moments import SECOND, moment_of_option, rfc3339, zone_named
from request_model import History
from usage import PriceTable


def described(request, now):
    """One request with the fields of `request ID --json`; open ones have no outcome yet."""
    is_open = request.closed_at > now
    latency = request.latency(is_open)
    return {
        "request_id": request.id, "started_at": rfc3339(request.started_at),
        "ended_at": rfc3339(request.ended_at), "closed_at": rfc3339(request.closed_at),
        "open": is_open, "agent": request.agent,
        "outcome": "open" if is_open else request.outcome,
        "failed": request.failed and not is_open, "escalated": request.escalated,
        "latency_ms": None if latency is None else latency / 1000,
        "input_tokens": request.input_tokens, "output_tokens": request.output_tokens,
        "cost_usd": None if request.cost is None else request.cost / 10**9,
        "partly_unpriced": request.partly_unpriced,
        "context_utilization": None if request.utilization is None else request.utilization / 10**9,
        "calls": len(request.calls),
    }


def options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--now", default="now")
    parser.add_argument("--since")
    parser.add_argument("--until")
    parser.add_argument("--by", default="", help="dimensions with commas between")
    parser.add_argument("--where", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--tz", default="UTC")
    parser.add_argument("--slow-ms", type=float, default=10_000)
    parser.add_argument("--prices", help="JSON list of model, window, input, output, cache_read, "
                                         "cache_write (USD per million tokens), valid_from, above_input")
    parser.add_argument("--read-at", default="now", help="the clock while reading: bounds timestamps")
    parser.add_argument("--requests", action="store_true", help="print requests instead of metrics")
    return parser.parse_args()


def question_of(chosen, now):
    names = [name for name in chosen.by.split(",") if name]
    filters = [tuple(text.split("=", 1)) for text in chosen.where]
    for name in names + [name for name, _ in filters]:
        if name not in DIMENSIONS:
            sys.exit(f"recompute.py: no dimension {name}")
    bounds = [None if text is None else moment_of_option(text, now) for text in (chosen.since, chosen.until)]
    return Question(now, *bounds, names, filters, zone_named(chosen.tz), round(chosen.slow_ms * 1000))


def main():
    chosen = options()
    clock = time.time_ns() // 1000
    now = clock // SECOND * SECOND if chosen.now == "now" else moment_of_option(chosen.now, clock)
    reading = Reading(moment_of_option(chosen.read_at, clock))
    for path in chosen.files:
        reading.read(path)
    history = History(reading.events, PriceTable.read(chosen.prices))
    if chosen.requests:
        ordered = sorted(history.requests, key=lambda request: (request.id, request.number))
        result = {"now": rfc3339(now), "requests": [described(request, now) for request in ordered]}
    else:
        result = report(history, question_of(chosen, now), reading.totals())
    json.dump(result, sys.stdout, indent=1, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
