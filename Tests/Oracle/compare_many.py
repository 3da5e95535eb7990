#!/usr/bin/env python3
"""Compares many reports over the same logs with the oracle, reading the logs once.

    compare_many.py --now 2026-01-05T12:00:00Z --questions questions.jsonl logs/*.jsonl

Each line of the questions is an object with `report` (the path of what `agentwatch report --exact
--json` printed) and what it was asked: `by`, `where` (a list), `tz`, `since`, `until`, `now` (the one
of the command line where it is not given). The lines are taken as read just now, so that `quality.read`
counts them only in windows that reach up to the clock. Prices come from the store, as `agentwatch sql
--json` gives its tables. Exits 1 and names differences.
"""

import argparse
import json
import sys
import time
from collections import Counter

from compare_reports import MOST_SHOWN, differences
from log_files import Reading
from metrics import Question, report
from moments import moment_of_option, zone_named
from request_model import History
from store_prices import price_table
from usage import PriceTable


def options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--now", required=True)
    parser.add_argument("--questions", required=True)
    parser.add_argument("--store-prices", nargs=2, metavar=("PRICES", "WINDOWS"),
                        help="the tables prices and model_windows of the store")
    return parser.parse_args()


def question_of(asked, clock, default_now):
    now = moment_of_option(asked.get("now", default_now), clock)
    bounds = [None if asked.get(name) is None else moment_of_option(asked[name], now)
              for name in ("since", "until")]
    names = [name for name in asked.get("by", "").split(",") if name]
    filters = [(name, value) for name, values in (text.split("=", 1) for text in asked.get("where", []))
               for value in values.split(",")]
    return Question(now, *bounds, names, filters, zone_named(asked.get("tz", "UTC")))


def answer(history, question, reading):
    """What the report must be, as it would be read back from JSON."""
    read = reading.totals() if question.holds(reading.read_at) else Counter()
    return json.loads(json.dumps(report(history, question, read)))


def compare(chosen, history, reading):
    """One text for each difference, and how many reports there were."""
    found, count = [], 0
    with open(chosen.questions, encoding="utf-8") as questions:
        for line in questions:
            asked = json.loads(line)
            with open(asked["report"], encoding="utf-8") as file:
                ours = json.load(file)
            theirs = answer(history, question_of(asked, reading.read_at, chosen.now), reading)
            found += [f"{line.strip()}\n  {each}" for each in differences(ours, theirs)]
            count += 1
    return found, count


def main():
    chosen = options()
    reading = Reading(time.time_ns() // 1000)
    for path in chosen.files:
        reading.read(path)
    prices = price_table(*chosen.store_prices) if chosen.store_prices else PriceTable()
    found, count = compare(chosen, History(reading.events, prices), reading)
    print("\n".join(found[:MOST_SHOWN]) or f"{count} reports agree")
    if len(found) > MOST_SHOWN:
        print(f"... and {len(found) - MOST_SHOWN} more")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
