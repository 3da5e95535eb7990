#!/usr/bin/env python3
"""Measures how fast two machines write into one ClickHouse server, and how fast reports come from it.

    bench/cluster.py BINARY LOG LOG [--rows MILLIONS] [--rounds N]

Everything runs on this machine: the server (Debian's), and one `ingest` for each log with a file of its own, all at
once. With --rows the events, requests and cells that came in are multiplied in the server by SQL, each day once more
a day earlier, until there are so many events; then the default report over 7 days and the overview page are asked
N times (5) and 25 times.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tests/Cluster"))
import serving
from cluster import Binary, Server

NOW = "2026-01-05T12:00:00Z"
DATABASE = "bench"


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("logs", nargs="+")
    parser.add_argument("--rows", type=float, help="how many millions of events")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def write(binary, server, logs, folder):
    """Reads all logs at once; gives the seconds."""
    begun = time.monotonic()
    running = [subprocess.Popen(binary.command("ingest", log, "--quiet",
                                               database=server.address(DATABASE, f"{folder}/{number}.db")))
               for number, log in enumerate(logs)]
    for process in running:
        if process.wait() != 0:
            sys.exit("ingest has failed")
    return time.monotonic() - begun


def count(server, table="events"):
    return int(server.ask(f"SELECT count() FROM {table} FINAL WHERE removed = 0", DATABASE)[0][0])


def multiply(server, millions):
    """Puts copies of everything before what is there, each by the days that all of it takes."""
    events = count(server)
    first, last = map(int, server.ask("SELECT min(minute), max(minute) FROM events", DATABASE)[0])
    days = (last - first) // 1440 + 1
    copies = int(millions * 1e6 / events)
    for copy in range(1, copies + 1):
        shift = copy * days
        shifts = {
            "events": {"minute": shift * 1440, "timestamp": shift * 86_400_000_000, "number": -copy * 10**8},
            "requests": {"minute": shift * 1440, "begun_at": shift * 86_400_000_000,
                         "ended_at": shift * 86_400_000_000, "number": -copy * 10**8},
            "quarters": {"bucket": shift * 96},
        }
        for table, columns in shifts.items():
            names = [row[0] for row in server.ask(f"DESCRIBE TABLE {table}", DATABASE)]
            values = ", ".join(f"{name} - ({columns[name]})" if name in columns else name for name in names)
            low = "" if table == "quarters" else f" AND minute >= {first}"
            low = f" AND bucket >= {first // 15}" if table == "quarters" else low
            server.ask(f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} FINAL WHERE 1{low}",
                       DATABASE)
        for width, many in [(1, 1440), (2, 96), (3, 24), (4, 1), (13, 24), (14, 1)]:
            names = [row[0] for row in server.ask("DESCRIBE TABLE cells", DATABASE)]
            values = ", ".join(f"bucket - {shift * many}" if name == "bucket" else name for name in names)
            server.ask(f"INSERT INTO cells ({', '.join(names)}) SELECT {values} FROM cells FINAL "
                       f"WHERE width = {width} AND bucket >= {first * many // 1440}", DATABASE)
        print(f"\r{copy} of {copies} copies", end="", file=sys.stderr)
    print(file=sys.stderr)
    for table in ["events", "requests", "quarters", "cells"]:
        server.ask(f"OPTIMIZE TABLE {table}", DATABASE)


def asked(seconds):
    return f"{statistics.median(seconds) * 1000:.0f} ms (n {len(seconds)}, {min(seconds) * 1000:.0f} to " \
           f"{max(seconds) * 1000:.0f})"


def timed(body, rounds):
    seconds = []
    for _ in range(rounds + 1):
        begun = time.monotonic()
        body()
        seconds.append(time.monotonic() - begun)
    return seconds[1:]


def main():
    chosen = options()
    binary = Binary(os.path.abspath(chosen.binary))
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        seconds = write(binary, server, chosen.logs, folder)
        events = count(server)
        print(f"{len(chosen.logs)} machines wrote {events:,} events in {seconds:.1f} s: {events / seconds:,.0f} a second")
        size = int(server.ask("SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = 'bench'")[0][0])
        print(f"{size / events:.1f} bytes an event on the server")
        if chosen.rows:
            multiply(server, chosen.rows)
            address = server.address(DATABASE, f"{folder}/0.db")
            print(f"{count(server):,} events")
            report = timed(lambda: binary.run("report", "--since", "7d", "--now", NOW, "--json", database=address),
                           chosen.rounds)
            print(f"report over 7 days: {asked(report)}")
            with serving.Server(binary.path, address) as pages:
                took = pages.seconds("/", since="2025-12-29T12:00:00Z", until=NOW)
            print(f"overview over 7 days: {took['seconds'] * 1000:.0f} ms (n {took['n']}), at first {took['first']:.2f} s")


if __name__ == "__main__":
    main()
