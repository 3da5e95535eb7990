#!/usr/bin/env python3
"""Holds the cases worked out by hand together: the document, expected.json and the oracle.

Exits 1 and names every field in which one of them differs from another.
"""

import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = os.path.normpath(os.path.join(HERE, "..", "..", "fixtures", "cases"))
TIMES = ("started_at", "ended_at", "closed_at")


def expected():
    with open(os.path.join(CASES, "expected.json"), encoding="utf-8") as file:
        return json.load(file)


def from_oracle(cases):
    """{id: [request]} as the oracle computes them from the lines."""
    command = [sys.executable, os.path.join(HERE, "recompute.py"), "--requests", "--now", cases["now"]]
    files = [os.path.join(CASES, name) for name in cases["files"]]
    output = subprocess.run(command + files, check=True, capture_output=True, text=True).stdout
    found = {request_id: [] for request_id in cases["requests"]}
    for request in json.loads(output)["requests"]:
        found.setdefault(request.pop("request_id"), []).append(request)
    return found


def from_document():
    """{id: [request]} as the tables of cases.md say."""
    found, requests = {}, None
    with open(os.path.join(CASES, "cases.md"), encoding="utf-8") as file:
        for line in file:
            if name := re.match(r"`([^`]+)`: ", line):
                requests = found.setdefault(name[1], [])
            elif line.startswith("| field"):
                requests.append({})
            elif requests and (row := re.match(r"\| (\w+) \| (\S+) \| .+ \|$", line)):
                requests[-1][row[1]] = value_of(row[1], row[2])
    return found


def value_of(field, text):
    """A cell: times and names stand as they are, the rest is JSON."""
    is_word = field in TIMES + ("agent", "outcome")
    return text if is_word and text != "null" else json.loads(text)


def same(one, other):
    """Equal, numbers within the last digit of a double."""
    if isinstance(one, (int, float)) and isinstance(other, (int, float)) and not isinstance(one, bool):
        return abs(one - other) <= 1e-12 * max(abs(one), abs(other))
    return one == other


def differences(right, other, name):
    """One line for each field in which `other` is not `right`."""
    for request_id in sorted(right.keys() | other.keys()):
        a, b = right.get(request_id), other.get(request_id)
        if a is None or b is None or len(a) != len(b):
            yield f"{request_id}: {name} has {b and len(b)} requests, expected.json {a and len(a)}"
            continue
        for number, (wanted, got) in enumerate(zip(a, b), 1):
            for field in sorted(wanted.keys() | got.keys()):
                if not same(wanted.get(field), got.get(field)):
                    yield (f"{request_id} #{number} {field}: expected.json {wanted.get(field)!r}, "
                           f"{name} {got.get(field)!r}")


def main():
    cases = expected()
    found = [*differences(cases["requests"], from_oracle(cases), "the oracle"),
             *differences(cases["requests"], from_document(), "cases.md")]
    print("\n".join(found) or f"{len(cases['requests'])} cases agree")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
