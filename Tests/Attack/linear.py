#!/usr/bin/env python3
"""Whether ingest stays linear in what a log can have many of: linear.py BINARY [--largest 1000000].

For each kind of line: seconds of CPU and of waiting for 1 %, 10 % and all of the largest number of
lines, and the CPU that a line costs in the largest log against one of a tenth of it. Exits with 1
where that ratio is above its limit, and where a log is not stored whole.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

# What grows with the logarithm, as an index does, and caches that no longer hold everything.
MAX_RATIO = 2.0
NOW = int(time.time())


def call(number, at=None, **fields):
    """A tool call of a request of its own, each a millisecond after the one before."""
    at = NOW - 4_000 + number / 1_000 if at is None else at
    return {"event": "tool_call", "timestamp": at, "request_id": f"r{number}", "tool": "t", **fields}


def model(number, **fields):
    return {
        **call(number),
        "event": "llm_call",
        "model": "m",
        "provider": "p",
        "input_tokens": 1,
        "output_tokens": 1,
        **fields,
    }


def words(number):
    """A number in letters, which no rule for error classes takes for a number."""
    return "".join(chr(97 + ((number >> (4 * place)) & 15)) for place in range(5))


def shuffled(number, count):
    """Each number below a count once, far from those before and after it."""
    step = 7_919
    return number * step % count


KINDS = {
    "nothing new but the request": lambda i, n: call(i),
    "models": lambda i, n: model(i, model=f"m-{i}"),
    "providers": lambda i, n: model(i, provider=f"p-{i}"),
    "context windows": lambda i, n: model(i, context_window=i + 1),
    "agents": lambda i, n: call(i, agent=f"a-{i}"),
    "tools": lambda i, n: call(i, tool=f"t-{i}"),
    "users": lambda i, n: call(i, user_id=f"u-{i}", session_id=f"s-{i}"),
    "error texts": lambda i, n: call(i, error=f"failure {words(i)} happened"),
    "error kinds": lambda i, n: call(i, error="x", error_type=f"Kind{words(i)}"),
    "one request, in order": lambda i, n: call(i, request_id="one", event_id=f"e{i}"),
    "one request, out of order": lambda i, n: call(
        i, at=NOW - 4_000 + shuffled(i, n) / 1_000, request_id="one", event_id=f"e{i}"
    ),
    "requests, out of order": lambda i, n: call(i, at=NOW - 4_000 + shuffled(i, n) / 1_000),
    "rejected lines": lambda i, n: {"event": "tool_call", "number": i},
}


def ingest(binary, folder, kind, count):
    """Seconds of CPU and of waiting, and MB, to store this many lines of a kind."""
    log, database = folder / "log.jsonl", folder / "store.db"
    with open(log, "w", encoding="ascii") as file:
        for number in range(count):
            file.write(json.dumps(KINDS[kind](number, count), separators=(",", ":")) + "\n")
    command = [binary, "ingest", "--json", "--quiet", "--db", str(database), str(log)]
    begun = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    summary = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - begun
    child.stdout.close()
    for path in folder.iterdir():
        path.unlink()
    assert summary, f"{kind}: exit {child.returncode}"
    lines = json.loads(summary)["lines"]
    assert lines == count, f"{kind}: {lines} lines of {count} were read"
    return usage.ru_utime + usage.ru_stime, seconds, usage.ru_maxrss >> 10


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--largest", type=int, default=1_000_000)
    options = parser.parse_args()
    binary = str(pathlib.Path(options.binary).resolve())
    counts = [options.largest // 100, options.largest // 10, options.largest]
    heads = "".join(f"{f'{count:,} (wait)':>20}" for count in counts)
    print(f"{'CPU seconds for lines with':30}{heads}{'a line':>8}{'peak':>9}")
    above = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            rows = [ingest(binary, pathlib.Path(folder), kind, count) for count in counts]
            ratio = rows[2][0] / rows[1][0] / 10
            cells = "".join(f"{f'{cpu:.2f} ({wait:.2f})':>20}" for cpu, wait, _ in rows)
            print(f"{kind:30}{cells}{ratio:7.2f}x{rows[2][2]:6} MB", flush=True)
            above += [kind] if ratio > MAX_RATIO else []
    for kind in above:
        print(f"above {MAX_RATIO} times a line's cost: {kind}", file=sys.stderr)
    sys.exit(1 if above else 0)


if __name__ == "__main__":
    main()
