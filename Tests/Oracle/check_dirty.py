#!/usr/bin/env python3
"""Compares the ledgers written by hand beside the dirty fixtures with what the oracle's reader counts."""

import json
import os
import sys
import time

from log_files import COUNTS, Reading

FIXTURES = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "fixtures"))


def differences(path, expected):
    """What differs for one file, and whether its ledger balances at all."""
    reading = Reading(time.time_ns() // 1000)
    ledger = reading.read(os.path.join(FIXTURES, path))
    for name in COUNTS:
        if ledger[name] != expected[name]:
            yield f"{path}: {name} is {ledger[name]}, expected {expected[name]}"
    if dict(ledger.reasons) != expected["reasons"]:
        yield f"{path}: reasons are {dict(ledger.reasons)}, expected {expected['reasons']}"
    if expected["lines"] != sum(expected[name] for name in COUNTS[1:7]):
        yield f"{path}: the expected ledger does not balance"
    times = [event.time for event in reading.events]
    if expected.get("times_us", times) != times:
        yield f"{path}: times are {times}"


def main():
    with open(os.path.join(FIXTURES, "dirty", "expected.json"), encoding="utf-8") as file:
        expected = json.load(file)
    present = {path: entry for path, entry in expected.items()
               if os.path.exists(os.path.join(FIXTURES, path))}
    found = [line for path, entry in present.items() for line in differences(path, entry)]
    print("\n".join(found) or f"{len(present)} dirty files agree")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
