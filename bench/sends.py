#!/usr/bin/env python3
"""Measures how many times a second machines can send a few rows each to one ClickHouse server.

    bench/sends.py BINARY [--rate PER_SECOND] [--seconds N]

A send is an insert into each of seven tables, of rows that `ingest` has sent before. Says every 10 s how many have come
to an end, how late the last one began, what the server takes, and the tables with the most parts: where they grow, the
server cannot merge them as fast as they come.
"""
import argparse
import pathlib
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tests/Cluster"))
from cluster import Binary, Server, simulate

DATABASE = "sends"
ROWS = {"events": 12, "requests": 3, "cells": 30, "quarters": 2, "ledger": 1, "agents": 6, "writers": 1}
MACHINES = 16


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--rate", type=float, default=10)
    parser.add_argument("--seconds", type=int, default=60)
    return parser.parse_args()


def cpu(server):
    """Seconds of processors that the server has taken."""
    fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


class Senders:
    """Machines that take turns; the sends are due at even distances, whether or not the server keeps up."""

    def __init__(self, server, rate, seconds):
        self.server, self.rate, self.seconds = server, rate, seconds
        self.lock, self.next, self.sent, self.late = threading.Lock(), 0, 0, 0.0
        self.begun = time.monotonic()
        self.threads = [threading.Thread(target=self.send) for _ in range(MACHINES)]
        for thread in self.threads:
            thread.start()

    def send(self):
        while True:
            with self.lock:
                due = self.begun + self.next / self.rate
                self.next += 1
            if due > self.begun + self.seconds:
                return
            time.sleep(max(0, due - time.monotonic()))
            self.late = time.monotonic() - due
            for table, rows in ROWS.items():
                self.server.ask(f"INSERT INTO {table} SELECT * FROM {table} LIMIT {rows}", DATABASE)
            with self.lock:
                self.sent += 1

    def are_running(self):
        return any(thread.is_alive() for thread in self.threads)


def main():
    given = options()
    with tempfile.TemporaryDirectory() as folder, Server() as server:
        log = simulate(f"{folder}/logs", 3, "--requests", "300", "--hours", "3", "--files", "1")[0]
        Binary(given.binary).run("ingest", log, "--quiet", database=server.address(DATABASE, f"{folder}/0.db"))
        before = cpu(server)
        senders = Senders(server, given.rate, given.seconds)
        while senders.are_running():
            time.sleep(10)
            taken = (cpu(server) - before) / (time.monotonic() - senders.begun)
            parts = server.ask(f"""SELECT table, count() FROM system.parts WHERE active AND database = '{DATABASE}'
                GROUP BY table ORDER BY count() DESC LIMIT 3""")
            print(f"{senders.sent} sends, the last {senders.late:.2f} s late, {taken:.2f} cores, parts: "
                  + ", ".join(f"{table} {count}" for table, count in parts), flush=True)


if __name__ == "__main__":
    main()
