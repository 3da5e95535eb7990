#!/usr/bin/env python3
"""Kills a bulk ingest over and over, and compares what comes of it with one that nobody disturbed.

    Tests/Killed/bulk.py BINARY LOG [KILLS] [SEED]

Each round starts `ingest` of the log and kills it at a random moment; the last one ends by itself. Then
events, requests, rollup cells and what else follows from the rows have to be equal, by names, and
`doctor` has to find nothing. Exits 1 where they are not, with the seed.
"""
import hashlib
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

QUESTIONS = {
    "events": """
        SELECT s.path, e.line_offset, e.kind, e.timestamp, i.request_id, a.name, u.name, n.name, p.name,
            e.succeeded, e.latency, e.cost, e.flags
        FROM events e JOIN sources s ON s.id = e.source LEFT JOIN request_ids i ON i.id = e.request
        LEFT JOIN names a ON a.id = e.agent LEFT JOIN names u ON u.id = e.user
        LEFT JOIN names n ON n.id = e.subject LEFT JOIN names p ON p.id = e.provider ORDER BY 1, 2""",
    "requests": """
        SELECT i.request_id, r.part, a.name, u.name, r.begun_at, r.ended_at, r.outcome, r.llm_calls,
            r.tool_calls, r.input_tokens, r.output_tokens, r.cost
        FROM requests r JOIN request_ids i ON i.id = r.request LEFT JOIN names a ON a.id = r.agent
        LEFT JOIN names u ON u.id = r.user ORDER BY 1, 2""",
    "cells": """
        SELECT c.series, c.width, c.bucket, a.name, n.name, p.name, ifnull(k.code, c.key), hex(c.cell)
        FROM cells c LEFT JOIN cell_keys k ON k.id = c.key AND c.width < 10
        LEFT JOIN names a ON a.id = k.agent LEFT JOIN names n ON n.id = k.subject
        LEFT JOIN names p ON p.id = k.provider ORDER BY 1, 2, 3, 4, 5, 6, 7""",
    "quarters": "SELECT bucket, units FROM quarters ORDER BY 1",
    "orphans": "SELECT at, i.request_id FROM orphan_events o JOIN request_ids i ON i.id = o.request "
               "ORDER BY 1, 2",
    "counts": "SELECT events, requests FROM store_counts",
    "hashes": "SELECT hash FROM request_hashes ORDER BY 1",
    "people": "SELECT n.name, i.request_id FROM person_requests p JOIN names n ON n.id = p.name "
              "JOIN request_ids i ON i.id = p.request ORDER BY 1, 2",
}


def contents(database):
    """A hash of the answer to each question, and how many rows it has."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    answers = {}
    for name, sql in QUESTIONS.items():
        digest, count = hashlib.sha256(), 0
        for row in connection.execute(sql):
            digest.update(repr(row).encode())
            count += 1
        answers[name] = (digest.hexdigest(), count)
    connection.close()
    return answers


def ingest(binary, database, log):
    return subprocess.Popen([binary, "ingest", "--db", database, log, "--quiet"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main(binary, log, kills="20", seed=None):
    seed = int(seed or time.time())
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="agentwatch-killed-") as folder:
        whole, killed = (pathlib.Path(folder) / name for name in ("whole.db", "killed.db"))
        start = time.monotonic()
        if ingest(binary, whole, log).wait() != 0:
            sys.exit("the undisturbed ingest failed")
        took = time.monotonic() - start
        for number in range(int(kills)):
            process = ingest(binary, killed, log)
            try:
                process.wait(chance.uniform(0.02, took / 3))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
        if ingest(binary, killed, log).wait() != 0:
            sys.exit(f"the last ingest failed (seed {seed})")
        expected, found = contents(whole), contents(killed)
        wrong = [name for name in QUESTIONS if expected[name] != found[name]]
        doctor = subprocess.run([binary, "doctor", "--db", killed], capture_output=True, text=True)
        if wrong or doctor.returncode != 0:
            sys.exit(f"seed {seed}: differs in {wrong}; doctor: {doctor.stdout}")
        counts = ", ".join(f"{count:,} {name}" for name, (_, count) in found.items())
        print(f"{kills} kills, seed {seed}: equal ({counts}); doctor finds nothing")


if __name__ == "__main__":
    main(*sys.argv[1:])
