#!/usr/bin/env python3
"""Compares agentwatch with DuckDB and with a plain Python script on one file of 1,000,000 events.

Every side runs in a process of its own, in turn (A B C A B C ...), because the machines this runs on
change their speed; what counts are the ratios of the medians. `make bench` calls it.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import time

BENCH = pathlib.Path(__file__).resolve().parent
ROOT = BENCH.parent
WORK = BENCH / "work"
VENV = BENCH / "venv"


def duckdb_python():
    """A Python with DuckDB, made on first use."""
    python = VENV / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([VENV / "bin" / "pip", "install", "--quiet", "duckdb"], check=True)
    return python


def corpus(events):
    """The log, written once for each size: seeded, so that every machine reads the same bytes."""
    folder = WORK / f"events-{events}"
    log = folder / "agents.jsonl"
    if not log.exists():
        subprocess.run(
            [sys.executable, ROOT / "fixtures" / "simulate.py", "--out", folder, "--seed", "1",
             "--events", str(events), "--hours", "168", "--files", "1",
             "--now", "2026-01-05T12:00:00Z"], check=True, stdout=subprocess.DEVNULL)
    return log


def fresh(name):
    """A path for a database, with nothing of an earlier one left."""
    path = WORK / name
    for leftover in WORK.glob(name + "*"):
        leftover.unlink()
    return path


def run(command):
    """Seconds and peak memory in MB of a process."""
    start = time.monotonic()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    if status != 0:
        sys.exit(f"failed: {' '.join(str(part) for part in command)}")
    return seconds, usage.ru_maxrss / 1024


def sides(binary, python, log):
    """What is compared: a name, and how to run it afresh."""
    yield "agentwatch ingest", lambda: run(
        [binary, "ingest", "--db", fresh("agentwatch.db"), "--json", log])
    yield "duckdb read_json", lambda: run(
        [python, BENCH / "duckdb_ingest.py", log, fresh("duck.db")])
    yield "python json + sqlite3", lambda: run(
        [sys.executable, BENCH / "python_ingest.py", log, fresh("python.db")])
    yield "agentwatch report", lambda: run(
        [binary, "report", "--db", WORK / "agentwatch.db", "--json", "--now", "2026-01-06T12:00:00Z"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--binary", default=ROOT / ".build" / "release" / "agentwatch")
    options = parser.parse_args()
    WORK.mkdir(exist_ok=True)
    log = corpus(options.events)
    python = duckdb_python()
    subprocess.run([python, BENCH / "duckdb_ingest.py", log], check=True)
    results = {}
    for turn in range(options.runs):
        for name, side in sides(options.binary, python, log):
            results.setdefault(name, []).append(side())
            seconds, memory = results[name][-1]
            print(f"run {turn + 1}  {name:24} {seconds:7.2f} s  {memory:6.0f} MB", flush=True)
    report(results, log)


def report(results, log):
    """Medians, and the ratios that the gates are about."""
    medians = {name: statistics.median(s for s, _ in runs) for name, runs in results.items()}
    own = medians["agentwatch ingest"]
    print(f"\n{log.stat().st_size / 1e6:.0f} MB; medians of {len(results['agentwatch ingest'])} runs")
    for name, seconds in medians.items():
        print(f"  {name:24} {seconds:7.2f} s")
    print(f"  agentwatch / duckdb      {own / medians['duckdb read_json']:7.2f}   (at most 2.0)")
    print(f"  python / agentwatch      {medians['python json + sqlite3'] / own:7.2f}   (at least 3)")
    peak = max(memory for _, memory in results["agentwatch ingest"])
    print(f"  agentwatch peak memory   {peak:7.0f} MB (under 300)")
    size = (WORK / "agentwatch.db").stat().st_size
    print(f"  agentwatch database      {size / 1e6:7.0f} MB")


if __name__ == "__main__":
    main()
