#!/usr/bin/env python3
"""Everything at once on one database, for some minutes: does it hold, and what does it take?

    bench/together.py --binary .build/release/agentwatch --minutes 10 --events 1000000

A database with three days of history is followed by `tail` (2,000 lines a second in two files, every
hundredth with a time that lies hours back), asked by `report` and over HTTP by a reader of `serve`, and
pruned again and again, each time to a shorter history. In the end every line is accounted for, `doctor`
finds nothing, and reports say as many calls as lines were stored. Prints memory, sizes and how long answers
took; exits 1 where something does not hold.
"""
import argparse
import json
import os
import pathlib
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

RATE = 2_000
HISTORY_HOURS = 72


def line(number, moment, kind):
    fields = {"event": kind, "timestamp": round(moment, 6), "agent": f"agent-{number % 4}"}
    fields["request_id"] = f"r{number // 8}-{int(moment)}" if kind != "task_end" else f"r{number // 8}"
    if kind == "tool_call":
        fields.update(tool="search", latency_ms=number % 900)
    else:
        fields.update(model="gpt-4o", latency_ms=number % 4_000, input_tokens=1_200, output_tokens=90,
                      session_id=f"s{number // 64}")
    return json.dumps(fields) + "\n"


def history(path, events, now):
    """Lines over three days up to an hour ago."""
    step = (HISTORY_HOURS - 1) * 3600 / events
    with open(path, "w") as file:
        for number in range(events):
            moment = now - HISTORY_HOURS * 3600 + number * step
            file.write(line(number, moment, "tool_call" if number % 2 else "llm_call"))


class Worker(threading.Thread):
    """Does something again and again until it is told to stop."""

    def __init__(self, body, pause):
        super().__init__(daemon=True)
        self.body, self.pause, self.over = body, pause, threading.Event()
        self.seconds, self.problems = [], []

    def run(self):
        while not self.over.is_set():
            start = time.monotonic()
            try:
                self.body()
            except Exception as problem:  # whatever it is, the run has failed
                self.problems.append(repr(problem))
            self.seconds.append(time.monotonic() - start)
            self.over.wait(self.pause)

    def stop(self):
        self.over.set()
        self.join()


def memory(process):
    """The most that a process has held, in MB."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="agentwatch-together-") as folder:
        Together(options, pathlib.Path(folder)).run()


class Together:
    """One run."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.database = folder / "store.db"
        self.chance = random.Random(options.seed)
        self.written = 0
        self.sizes = []
        self.port = 0

    def command(self, *words):
        return [self.options.binary, *words, "--db", str(self.database)]

    def ask(self, *words):
        return json.loads(subprocess.check_output(self.command(*words, "--json")))

    def run(self):
        start = time.time()
        old = self.folder / "old.jsonl"
        history(old, self.options.events, start)
        subprocess.run(self.command("ingest", str(old), "--quiet"), check=True)
        first = self.database.stat().st_size
        logs = [self.folder / f"live-{number}.jsonl" for number in range(2)]
        for log in logs:
            log.touch()
        tail = subprocess.Popen(self.command("tail", *map(str, logs), "--quiet"))
        serve = subprocess.Popen(self.command("serve", "--port", "0", "--json"), stdout=subprocess.PIPE,
                                 text=True)
        url = json.loads(serve.stdout.readline())["url"]
        end = time.monotonic() + self.options.minutes * 60
        workers = {
            "lines": Worker(lambda: self.write(logs), 0.1),
            "report": Worker(lambda: self.ask("report", "--since", "24h"), 1),
            "overview": Worker(lambda: urllib.request.urlopen(f"{url}/?since=7d").read(), 1),
            "prune": Worker(lambda: self.prune(end), 5),
        }
        for worker in workers.values():
            worker.start()
        time.sleep(self.options.minutes * 60)
        for worker in workers.values():
            worker.stop()
        self.await_read()
        peaks = {name: memory(process) for name, process in (("tail", tail), ("serve", serve))}
        for process in (tail, serve):
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(10) for process in (tail, serve)]
        pruned = self.ask("prune", "--keep", "1h")
        self.judge(workers, codes, pruned)
        print(f"{self.options.minutes:g} minutes, seed {self.options.seed}, load {os.getloadavg()[0]:.1f}: "
              f"{self.options.events:,} events from before, {self.written:,} written meanwhile")
        for name, worker in workers.items():
            print(f"  {name}: {len(worker.seconds)} times, median {statistics.median(worker.seconds):.3f} s, "
                  f"longest {max(worker.seconds):.3f} s")
        print("  peak memory: " + ", ".join(f"{name} {peak:.0f} MB" for name, peak in peaks.items()))
        print(f"  the file: {first / 1e6:.1f} MB, at most {max(self.sizes) / 1e6:.1f} MB with its log, "
              f"{self.database.stat().st_size / 1e6:.1f} MB in the end")

    def write(self, logs):
        now = time.time()
        for log in logs:
            with open(log, "a") as file:
                for _ in range(RATE // 20):
                    number = self.written
                    back = self.chance.uniform(0, HISTORY_HOURS * 3600) if number % 100 == 0 else 0
                    file.write(line(number, now - back, "tool_call" if number % 2 else "llm_call"))
                    self.written += 1

    def prune(self, end):
        left = max(0, end - time.monotonic()) / (self.options.minutes * 60)
        self.ask("prune", "--keep", f"{int(3600 * (1 + left * (HISTORY_HOURS - 1)))}s")
        self.sizes.append(sum(path.stat().st_size for path in self.folder.glob("store.db*")))

    def await_read(self):
        """Until the follower has read all, for a minute at most."""
        for _ in range(60):
            if not any(source["lag_bytes"] for source in self.ask("status")["sources"]):
                return
            time.sleep(1)
        sys.exit("not everything was read within a minute")

    def judge(self, workers, codes, pruned):
        problems = [f"{name}: {problem}" for name, worker in workers.items()
                    for problem in worker.problems[:3]]
        if codes != [0, 0]:
            problems.append(f"exit codes {codes}")
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        lines, events, expired, skipped = connection.execute(
            "SELECT sum(lines), sum(events), sum(expired), sum(skipped) FROM ledger").fetchone()
        connection.close()
        if lines != self.options.events + self.written or events + expired != lines or skipped != expired:
            problems.append(f"{lines} lines, {events} events, {expired} expired; "
                            f"{self.options.events + self.written} were written")
        metrics = self.ask("report")["groups"][0]["metrics"]
        calls = metrics["llm_calls"]["value"] + metrics["tool_calls"]["value"]
        if calls != events:
            problems.append(f"a report counts {calls} calls of {events}")
        if not pruned["horizon"] or expired == 0:
            problems.append("nothing was pruned, or nothing came late")
        doctor = subprocess.run(self.command("doctor"), capture_output=True, text=True)
        if doctor.returncode != 0:
            problems.append(doctor.stdout + doctor.stderr)
        if problems:
            sys.exit(f"seed {self.options.seed}: " + "\n".join(problems))


if __name__ == "__main__":
    main()
