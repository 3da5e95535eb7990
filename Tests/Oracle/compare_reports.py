#!/usr/bin/env python3
"""Compares `agentwatch report --exact --json` with what recompute.py printed for the same logs.

    compare_reports.py REPORT.json ORACLE.json

Integers must be equal, other numbers within 1e-12 relative. Groups are compared by key, what is
left out by metric; reasons are for people and are not compared. Exits 1 and names differences.
"""

import json
import sys

MOST_SHOWN = 20


def same(one, other):
    if isinstance(one, int) and isinstance(other, int) or not all(
            isinstance(value, (int, float)) for value in (one, other)):
        return one == other
    return abs(one - other) <= 1e-12 * max(abs(one), abs(other))


def by_key(report):
    """{key: metrics}, with a key that does not depend on the order of dimensions."""
    return {json.dumps(group["key"], sort_keys=True): group["metrics"] for group in report["groups"]}


def differences(report, oracle):
    """One line for each thing that differs."""
    ours, theirs = by_key(report), by_key(oracle)
    for key in sorted(ours.keys() ^ theirs.keys()):
        yield f"group {key} is only in the {'report' if key in ours else 'oracle'}"
    for key in sorted(ours.keys() & theirs.keys()):
        yield from metric_differences(key, ours[key], theirs[key])
    for name, value in oracle["quality"].items():
        if report["quality"].get(name) != value:
            yield f"quality.{name}: report {report['quality'].get(name)}, oracle {value}"
    left = [{entry["metric"] for entry in side["left_out"]} for side in (report, oracle)]
    for name in sorted(left[0] ^ left[1]):
        yield f"{name} is left out only by the {'report' if name in left[0] else 'oracle'}"


def metric_differences(key, ours, theirs):
    for name in sorted(ours.keys() | theirs.keys()):
        if name not in ours or name not in theirs:
            yield f"{key} {name} is only in the {'report' if name in ours else 'oracle'}"
            continue
        for part in ("value", "n", "unit"):
            if not same(ours[name].get(part), theirs[name].get(part)):
                yield f"{key} {name}.{part}: report {ours[name].get(part)}, oracle {theirs[name].get(part)}"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    report, oracle = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
    found = list(differences(report, oracle))
    print("\n".join(found[:MOST_SHOWN]) or f"{len(oracle['groups'])} groups agree")
    if len(found) > MOST_SHOWN:
        print(f"... and {len(found) - MOST_SHOWN} more")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
