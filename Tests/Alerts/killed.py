#!/usr/bin/env python3
"""Alerts survive kill -9 at any moment: killed.py BINARY [CYCLES] [SEED].

One rule breaches and recovers at random while `check --stateful` runs a minute of simulated time apart, and
is killed at random moments. Its receiver is a program that appends what it is told to a file. At the end
every transition that people are to know of was told at least once, always under the key of its breach; a
breach was told before its end; and nothing was told that did not happen.
"""

import contextlib
import datetime
import json
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile

BINARY = sys.argv[1]
CYCLES = int(sys.argv[2]) if len(sys.argv) > 2 else 60
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 30)
START = datetime.datetime(2026, 11, 2, 10, 0, tzinfo=datetime.timezone.utc)
RECEIVER = "import sys; open(sys.argv[1], 'ab', 0).write(sys.stdin.buffer.read().strip() + b'\\n')"


def moment(minute, second=0):
    """RFC 3339 of a simulated minute."""
    time = START + datetime.timedelta(minutes=minute, seconds=second)
    return time.isoformat().replace("+00:00", "Z")


def run(folder, *words, wait=None):
    """Runs the program; kills it after `wait` seconds. Gives whether it ended by itself."""
    process = subprocess.Popen(
        [BINARY, *words, "--db", folder / "store.db"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        _, complaints = process.communicate(timeout=wait)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return False
    assert process.returncode in (0, 1, 2, 3), (words, process.returncode, complaints)
    assert process.returncode != 3 or b"check" in words[0].encode(), complaints
    return True


def query(folder, sql):
    """The rows of a query as dictionaries."""
    with contextlib.closing(sqlite3.connect(folder / "store.db")) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(sql)]


def log_lines(minute, is_bad):
    """The calls of one minute."""
    for call in range(4):
        yield json.dumps(
            {
                "event": "llm_call",
                "timestamp": moment(minute, call),
                "request_id": f"r{minute}-{call}",
                "agent": "a",
                "model": "gpt-4o",
                "latency_ms": 100,
                "success": not is_bad,
            }
        )


def prepare(folder):
    """A database with one rule and its receiver."""
    told = folder / "told.jsonl"
    told.touch()
    rules = {
        "version": 1,
        "receivers": {
            "file": {"type": "command", "command": [sys.executable, "-c", RECEIVER, str(told)]}
        },
        "rules": [
            {
                "name": "errors",
                "metric": "llm_error_rate",
                "op": ">",
                "threshold": 0.5,
                "window": "1m",
                "min_samples": 1,
                "eval_delay": "0s",
                "group_by": ["agent"],
            }
        ],
    }
    (folder / "alerts.json").write_text(json.dumps(rules))
    subprocess.run(
        [BINARY, "alerts", "load", folder / "alerts.json", "--db", folder / "store.db"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return told


def main():
    dice = random.Random(SEED)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        told_file = prepare(folder)
        is_bad, kills = False, 0
        bad_minutes = set()
        for minute in range(CYCLES):
            if dice.random() < 0.4:
                is_bad = not is_bad
            if is_bad:
                bad_minutes.add(minute)
            log = folder / f"{minute}.jsonl"
            log.write_text("\n".join(log_lines(minute, is_bad)) + "\n")
            assert run(folder, "ingest", str(log), "--quiet")
            wait = dice.uniform(0.0, 0.4) if dice.random() < 0.7 else None
            kills += not run(folder, "check", "--stateful", "--now", moment(minute + 1), wait=wait)
        # What is still in the outbox arrives; a failed attempt waits for up to minutes.
        for _ in range(3):
            run(folder, "check", "--stateful", "--now", moment(CYCLES))
        check(folder, told_file, bad_minutes, kills)


def check(folder, told_file, bad_minutes, kills):
    """Holds what was told against what happened."""
    note = f"seed {SEED}"
    told = [json.loads(line) for line in told_file.read_text().splitlines()]
    alerts = [alert for message in told for alert in message["alerts"]]
    changes = query(folder, "SELECT * FROM alert_transitions ORDER BY id")
    left = query(folder, "SELECT * FROM outbox WHERE state <> 'delivered'")
    assert not left, (note, left)
    by_key = {}
    for alert in alerts:
        by_key.setdefault(alert["annotations"]["dedup_key"], []).append(alert["status"])
    expected = {}
    for change in changes:
        minute = (change["at"] - int(START.timestamp() * 1e6)) // 60_000_000 - 1
        is_bad = minute in bad_minutes
        assert is_bad == (change["to_state"] == "firing"), (note, change)
        expected.setdefault(change["breach_start"], []).append(change["to_state"])
    assert len(by_key) == len(expected), (note, by_key, expected)
    for key, statuses in by_key.items():
        states = expected[int(key.rsplit("-", 1)[1])]
        assert statuses[0] == "firing", (note, key, statuses)
        assert ("resolved" in statuses) == ("ok" in states), (note, key, statuses, states)
        last_firing = len(statuses) - 1 - statuses[::-1].index("firing")
        assert "resolved" not in statuses[:last_firing], (note, key, statuses)
    repeats = sum(len(statuses) for statuses in by_key.values()) - len(changes)
    print(
        f"{len(changes)} transitions in {CYCLES} cycles, {kills} killed, all told under their keys, "
        f"{repeats} more than once ({note})"
    )


main()
