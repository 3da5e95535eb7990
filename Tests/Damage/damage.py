#!/usr/bin/env python3
"""Runs every command on databases with random bytes changed: damage.py BINARY COUNT [SEED].

Each command has to end by itself within its time, with 0 (nothing was hit), 1 (it found something) or
3 (it says what is wrong, in one line). Prints what did not, with the seed of the database.
"""

import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

BINARY = sys.argv[1]
COUNT = int(sys.argv[2])
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else 1
SECONDS = 60
NOW = "2026-01-05T12:00:00Z"


def lines(prefix, count):
    """Events that fill every table: calls, retries, ends, rejected lines, names of every kind."""
    for number in range(count):
        second = number % 3600
        time = f"2026-01-05T{9 + second // 1800:02}:{second // 60 % 60:02}:{second % 60:02}Z"
        kind = ["llm_call", "tool_call", "task_end", "retry", "escalation", "deploy"][number % 6]
        yield json.dumps(
            {
                "event": kind,
                "timestamp": time,
                "request_id": f"{prefix}-{number // 6}",
                "event_id": f"{prefix}-{number}",
                "agent": f"agent-{number % 5}",
                "user_id": f"user-{number % 7}",
                "session_id": f"session-{number % 11}",
                "model": f"model-{number % 4}",
                "tool": f"tool-{number % 3}",
                "provider": "p",
                "outcome": "completed",
                "latency_ms": number % 900,
                "input_tokens": number % 5000,
                "output_tokens": number % 700,
                "success": number % 9 != 0,
                "error": None if number % 9 else f"timeout number {number % 13}",
                "note": "x" * (number % 50),
            }
        )
        if number % 97 == 0:
            yield "{broken"


def commands(database, log, folder):
    """Everything that reads a database, then what writes one."""
    at = ["--db", database]
    yield ["report", *at, "--now", NOW]
    yield ["report", *at, "--now", NOW, "--by", "agent,hour", "--exact", "--json"]
    yield ["report", *at, "--now", NOW, "--by", "user", "--format", "csv"]
    yield ["check", *at, "--now", NOW]
    yield ["status", *at]
    yield ["request", "a-3", *at]
    yield ["rejects", *at]
    yield ["sources", "list", *at]
    yield ["alerts", "list", *at]
    yield ["sql", "select count(*), p95(latency_ms) from llm_calls", *at]
    yield ["doctor", *at]
    yield ["backup", str(folder / "copy.db"), *at]
    yield ["ingest", "-q", *at, log]
    yield ["tail", *at, "--until-idle", "200ms", log]
    yield ["sources", "forget", log, *at]
    yield ["doctor", "--rebuild", *at]


def damaged(original, seed):
    """The bytes of a database with some of them changed, in one of several ways."""
    chance = random.Random(seed)
    data = bytearray(original)
    count = chance.choice([1, 4, 20, 100, 400])
    if chance.random() < 0.2:
        # A run of bytes, as a bad block leaves.
        start = chance.randrange(100, len(data))
        for place in range(start, min(len(data), start + 512)):
            data[place] = chance.choice([0, 255, data[place] ^ 1])
    for _ in range(count):
        data[chance.randrange(100, len(data))] = chance.randrange(256)
    if chance.random() < 0.1:
        del data[chance.randrange(1, len(data)) :]
    return bytes(data)


def run(command, codes=(0, 1, 2, 3)):
    """What is wrong with how a command ended; None where nothing is."""
    try:
        done = subprocess.run(
            [BINARY, *command], capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"no end within {SECONDS} s"
    if done.returncode not in codes:
        return f"code {done.returncode}: {done.stderr[-300:]!r}"
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode == 3 and command[0] not in ("check", "tail") and len(said.split("\n")) != 1:
        return f"{len(said.splitlines())} lines of errors: {said[:300]!r}"
    return None


def main():
    """Prints how many databases were tried and every command that went wrong."""
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        first = folder / "first.jsonl"
        first.write_text("\n".join(lines("a", 4000)) + "\n")
        whole = folder / "whole.db"
        assert run(["ingest", "-q", "--db", str(whole), str(first)], codes=(0,)) is None
        original = whole.read_bytes()
        for seed in range(SEED, SEED + COUNT):
            place = folder / str(seed)
            place.mkdir()
            log = place / "more.jsonl"
            log.write_text("\n".join(lines("b", 60)) + "\n" + "\n".join(lines("a", 30)) + "\n")
            database = place / "damaged.db"
            database.write_bytes(damaged(original, seed))
            for command in commands(str(database), str(log), place):
                problem = run(command)
                if problem:
                    wrong += 1
                    print(f"seed {seed}: {command[0]} {command[1]}: {problem}", flush=True)
            shutil.rmtree(place)
    print(f"{COUNT} databases from seed {SEED}, {wrong} commands went wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
