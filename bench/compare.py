#!/usr/bin/env python3
"""Compares agentwatch with DuckDB, chDB and a plain Python script, from 10 thousand events up.

    bench/compare.py --scale 1M --runs 3
    bench/compare.py --scale 1M --hosts 10M --filled 100M

Logs of a simulated week of each size, and of hosts: one in order of time, four of which one log stands
after the other, and four that are followed at once. Every side runs in a process of its own, in turn; what counts are the ratios of the medians. Writes
bench/results/DATE-COMMIT.json, and with --page the tables of docs/PERFORMANCE.md. `make bench` calls it.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess

import gates
import machine
import page
import serving
from corpus import BENCH, END, LATER, ROOT, WORK, fresh, hosts, log, python
from measure import alternate, run

SCALES = {"10k": 10_000, "100k": 100_000, "1M": 1_000_000, "10M": 10_000_000, "30M": 30_000_000,
          "100M": 100_000_000}
READ = SCALES["1M"]
# A moment in the middle of the logs of hosts over 16 days.
MIDDLE = "2025-12-28T12:07:00Z"


class Comparison:
    """The measurements of one run of the bench."""

    def __init__(self, options):
        self.binary = options.binary
        self.runs = options.runs
        self.python = python()
        self.result = {**machine.facts(self.python), "scales": {}, "hosts": {}}

    def scale(self, name):
        """All that is measured of a log of one size."""
        print(f"{name} events", flush=True)
        path = log(SCALES[name])
        subprocess.run([self.python, BENCH / "duckdb_ingest.py", path], check=True)
        measured = alternate(self.ingests(name, path), self.runs)
        database = WORK / f"agentwatch-{name}.db"
        measured.update(alternate(self.reports(database), self.runs + 2))
        measured |= alternate({
            "report exact": lambda: run(self.report(database, LATER, "--exact")),
            gates.DUCKDB: self.whole_questions(name, [BENCH / "queries.sql"]),
        }, self.runs)
        questions = self.questions(name)
        self.result["scales"][name] = {
            "log_bytes": path.stat().st_size, "measures": measured, "questions": questions,
            **self.holding(database)}

    def ingests(self, name, path):
        """Every way to store a log."""
        sides = {
            "agentwatch ingest": lambda: run(
                [self.binary, "ingest", "--db", fresh(f"agentwatch-{name}.db"), "--json", path]),
            "duckdb ingest": lambda: run(
                [self.python, BENCH / "duckdb_ingest.py", path, fresh(f"duck-{name}.db")]),
            "chdb ingest": lambda: run(
                [self.python, BENCH / "chdb_ingest.py", path, fresh(f"chdb-{name}.db")]),
        }
        if SCALES.get(name, READ + 1) <= READ:
            sides["python ingest"] = lambda: run(
                ["python3", BENCH / "python_ingest.py", path, fresh(f"python-{name}.db")])
        return sides

    def reports(self, database):
        """The questions that rollups answer; `report` a day after the last event."""
        return {
            "report": lambda: run(self.report(database, LATER)),
            "report while requests are open": lambda: run(self.report(database, END)),
            "report by hour": lambda: run(
                self.report(database, END, "--by", "hour", "--since", "7d")),
            "start": lambda: run([self.binary, "--help"]),
        }

    def report(self, database, now, *more):
        """The command line of a report."""
        return [self.binary, "report", "--db", database, "--json", "--now", now, *more]

    def questions(self, name):
        """The four questions in a warm DuckDB, in seconds, and their answers' agreement with ours."""
        answered = json.loads(subprocess.check_output(
            [self.python, BENCH / "duckdb_queries.py", WORK / f"duck-{name}.db", "5",
             BENCH / "queries.sql"]))
        answered["agreement"] = gates.agreement(answered.pop("answers"), self.answer(name))
        print(f"  duckdb, four questions {sum(answered['seconds'].values()):.3f} s, calls and errors"
              f" by model: {answered['agreement']}", flush=True)
        return answered

    def whole_questions(self, name, files):
        """The same, each asked once: a process from start to end, as a report is one."""
        return lambda: run(
            [self.python, BENCH / "duckdb_queries.py", WORK / f"duck-{name}.db", "0", *files])

    def answer(self, name):
        """Our figures by model."""
        return json.loads(subprocess.check_output(
            [str(part) for part in self.report(
                WORK / f"agentwatch-{name}.db", LATER, "--by", "model")]))

    def holding(self, database):
        """How many events a database has, and how large it is."""
        status = json.loads(subprocess.check_output(
            [self.binary, "sql", "--db", database, "--json",
             "SELECT sum(events) AS events FROM ledger"]))
        events = status["rows"][0][0]
        size = database.stat().st_size
        return {"events": events, "database_bytes": size, "bytes_an_event": size / events}

    def hosts(self, name):
        """Logs of hosts: stored in order, one after another and followed at once; then asked."""
        print(f"{name} events of hosts", flush=True)
        events, shapes = SCALES[name], {}
        if events <= READ:
            path = hosts(events, 1, 7) / "all.jsonl"
            shapes["in order of time"] = self.stored(f"order-{name}", path)
        folder = hosts(events, 4, 16)
        shapes["one after another"] = self.stored(f"hosts-{name}", folder / "all.jsonl")
        shapes["at once, by tail"] = alternate({"agentwatch tail": lambda: run(
            [self.binary, "tail", "--db", fresh(f"agentwatch-tail-{name}.db"), "--quiet",
             "--until-idle", "100ms", *sorted(folder.glob("host-*.jsonl"))])}, self.runs)
        database = WORK / f"agentwatch-hosts-{name}.db"
        reports = alternate({
            "report": lambda: run(self.report(database, LATER)),
            "report by hour, 7 days": lambda: run(
                self.report(database, END, "--by", "hour", "--since", "7d")),
            "report, 24 hours": lambda: run(self.report(database, END, "--since", "24h")),
            "report, 15 minutes in the middle": lambda: run(
                self.report(database, MIDDLE, "--since", "15m")),
        }, self.runs + 2)
        files = [BENCH / "queries.sql", BENCH / "hosts.sql"]
        reports |= alternate({
            "report exact": lambda: run(self.report(database, LATER, "--exact")),
            gates.DUCKDB: self.whole_questions(f"hosts-{name}", files),
        }, self.runs)
        asked = json.loads(subprocess.check_output(
            [self.python, BENCH / "duckdb_queries.py", WORK / f"duck-hosts-{name}.db", "3", *files]))
        self.result["hosts"][name] = {
            "shapes": shapes, "reports": reports, "questions": asked["seconds"],
            "pages": serving.pages(self.binary, database, END), **self.holding(database)}

    def stored(self, name, path):
        """A log stored by each side in turn."""
        subprocess.run([self.python, BENCH / "duckdb_ingest.py", path], check=True)
        sides = self.ingests(name, path)
        sides.pop("python ingest", None)
        return alternate(sides, self.runs)

    def into_full(self, held, name):
        """As many events again, at most a million, into a store that holds many, and into a fresh one.

        `held`: what the store's file is named for.
        """
        further = min(name, "1M", key=SCALES.get)
        path = log(SCALES[further], seed=2)

        def into_copy():
            copy = fresh("agentwatch-full.db")
            shutil.copyfile(WORK / f"agentwatch-{held}.db", copy)
            os.sync()  # else the ingest would have to write the copy to the disk, too
            return run([self.binary, "ingest", "--db", copy, "--json", path])

        print(f"{further} events into {name}", flush=True)
        self.result["into_full"] = {"held": name, "further": further, "measures": alternate({
            "into a full store": into_copy,
            "into a fresh store": lambda: run(
                [self.binary, "ingest", "--db", fresh("agentwatch-second.db"), "--json", path]),
        }, self.runs)}
        fresh("agentwatch-full.db")

    def filled(self, name):
        """Reports on a store that the generator filled, beside one of a tenth of its events."""
        print(f"{name} generated events", flush=True)
        self.result["filled"] = {}
        for events in (SCALES[name] // 10, SCALES[name]):
            database = WORK / f"filled-{events}.db"
            took = None
            if not database.exists():
                part = fresh(f"filling-{events}.db")
                took = run([self.binary.parent / "benchfill", part, str(events)])
                part.rename(database)
            measured = alternate(self.reports(database), self.runs + 2)
            self.result["filled"][str(events)] = {
                "measures": measured, "fill_seconds": took and took.seconds, "events": events,
                "database_bytes": database.stat().st_size,
                "bytes_an_event": database.stat().st_size / events}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--scale", choices=["10k", "100k", "1M", "10M"], default="1M",
                        help="the largest log (10M: some 20 minutes more, 8 GB of disk)")
    parser.add_argument("--hosts", choices=["1M", "10M"],
                        help="the largest logs of hosts (default: as --scale)")
    parser.add_argument("--filled", choices=["1M", "10M", "30M", "100M"],
                        help="also a store of so many events, generated without a log")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--page", action="store_true", help="write docs/PERFORMANCE.md anew")
    parser.add_argument("--binary", type=pathlib.Path,
                        default=ROOT / ".build" / "release" / "agentwatch")
    options = parser.parse_args()
    options.binary = options.binary.resolve()
    WORK.mkdir(exist_ok=True)
    comparison = Comparison(options)
    names = list(SCALES)[:list(SCALES).index(options.scale) + 1]
    for name in names:
        comparison.scale(name)
    largest = options.hosts or options.scale
    for name in ("1M", "10M"):
        if SCALES[name] <= SCALES[largest]:
            comparison.hosts(name)
    if SCALES[largest] > SCALES[options.scale]:
        comparison.into_full(f"hosts-{largest}", largest)
    else:
        comparison.into_full(options.scale, options.scale)
    if options.filled:
        comparison.filled(options.filled)
    result = comparison.result
    result["gates"] = gates.judged(result)
    folder = BENCH / "results"
    folder.mkdir(exist_ok=True)
    file = folder / f"{result['date'][:10]}-{result['commit']}.json"
    file.write_text(json.dumps(result, indent=1) + "\n")
    print(gates.text(result["gates"]), f"\n\nwritten to {file}")
    if options.page:
        page.write(file)


if __name__ == "__main__":
    main()
