#!/usr/bin/env python3
"""Kills `prune` over and over while lines come in, and compares what comes of it with the rules.

    Tests/Killed/pruning.py BINARY LOG [KILLS] [SEED]

LOG is split by lines into a first half that is there from the beginning and a second that `ingest` reads
in pieces between the kills; the horizon lies within it. In the end the cells have to be those of a database
that read the log without pruning, nothing from before the horizon may be left but requests that closed
after it, and `doctor` has to find nothing. Exits 1 where that is not so, with the seed.
"""
import datetime
import json
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

CELLS = """
    SELECT c.series, c.width, c.bucket, a.name, n.name, p.name, ifnull(k.code, c.key), hex(c.cell)
    FROM cells c LEFT JOIN cell_keys k ON k.id = c.key AND c.width < 10
    LEFT JOIN names a ON a.id = k.agent LEFT JOIN names n ON n.id = k.subject
    LEFT JOIN names p ON p.id = k.provider WHERE c.width > 1 ORDER BY 1, 2, 3, 4, 5, 6, 7"""
LEFT = """
    SELECT count(*) FROM events e WHERE timestamp < :horizon AND NOT EXISTS (SELECT 1
        FROM request_summary s JOIN request_ids i USING (request_id)
        WHERE i.id = e.request AND s.closed_at_us >= :horizon)"""


def ask(database, sql, **values):
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    rows = connection.execute(sql, values).fetchall()
    connection.close()
    return rows


def main(binary, log, kills="20", seed=None):
    seed = int(seed or time.time())
    chance = random.Random(seed)
    lines = pathlib.Path(log).read_text().splitlines(keepends=True)
    half = len(lines) // 2
    times = [json.loads(lines[place])["timestamp"] for place in (0, half, -1)]
    first, middle, last = (datetime.datetime.fromisoformat(text) for text in times)
    keep = int((last - middle).total_seconds()) + 3600
    prune = ["prune", "--keep", f"{keep}s", "--now", last.isoformat()]

    def command(*words, database):
        return [binary, *words, "--db", str(database), "--quiet"]

    with tempfile.TemporaryDirectory(prefix="agentwatch-pruning-") as folder:
        folder = pathlib.Path(folder)
        whole, pruned, part = folder / "whole.db", folder / "pruned.db", folder / "part.jsonl"
        part.write_text("".join(lines[:half]))
        for database in (whole, pruned):
            subprocess.run(command("ingest", part, database=database), check=True, capture_output=True)
        size = (len(lines) - half) // int(kills) + 1
        for number in range(int(kills)):
            process = subprocess.Popen(command(*prune, database=pruned), stdout=subprocess.DEVNULL)
            time.sleep(chance.uniform(0.01, 0.4))
            process.send_signal(signal.SIGKILL)
            process.wait()
            with part.open("a") as file:
                file.write("".join(lines[half + number * size:half + (number + 1) * size]))
            for database in (whole, pruned):
                subprocess.run(command("ingest", part, database=database), check=True,
                               capture_output=True)
        subprocess.run(command(*prune, database=pruned), check=True, stdout=subprocess.DEVNULL)
        problems = []
        (horizon, finished), = ask(pruned, "SELECT horizon, finished FROM retention")
        if not finished:
            problems.append("the pruning has not finished")
        if ask(whole, CELLS) != ask(pruned, CELLS):
            problems.append("the cells differ")
        if left := ask(pruned, LEFT, horizon=horizon)[0][0]:
            problems.append(f"{left} events from before the horizon are left")
        if ask(pruned, "SELECT sum(lines) FROM ledger") != ask(whole, "SELECT sum(lines) FROM ledger"):
            problems.append("lines are missing")
        doctor = subprocess.run([binary, "doctor", "--db", str(pruned)], capture_output=True, text=True)
        if doctor.returncode != 0:
            problems.append(doctor.stdout + doctor.stderr)
        kept = ask(pruned, "SELECT count(*) FROM events")[0][0]
    if problems or not kept:
        sys.exit(f"seed {seed}: {'; '.join(problems) or 'nothing was kept'}")
    print(f"seed {seed}: {kills} kills; {kept} of {len(lines)} events kept, the cells as without pruning")


if __name__ == "__main__":
    main(*sys.argv[1:])
