#!/usr/bin/env python3
"""How soon a line that is written can be read from the database, and what waiting costs.

    bench/follow.py --binary .build/release/agentwatch
    bench/follow.py --files 4 --rate 10000 --busy 50

50 files get 5,000 lines a second in all for 30 seconds while another process reads the database; then
200 files lie still for 30 seconds. Prints a table and exits 1 where a bound is missed.
"""

import argparse
import array
import json
import multiprocessing
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import time

POLL = 0.005
BOUNDS = {"median": 0.300, "p99": 1.000, "cpu": 1.0, "memory": 60.0}


def event(number, moment):
    """One line; every eighth ends a request."""
    fields = {"timestamp": int(moment * 1e6), "request_id": f"r-{number // 8}", "agent": "bench"}
    if number % 8 == 7:
        fields.update(event="task_end", outcome="completed")
    elif number % 2:
        fields.update(event="tool_call", tool="search", latency_ms=12.5)
    else:
        fields.update(event="llm_call", model="gpt-4o", latency_ms=812.4, input_tokens=1200,
                      output_tokens=80, cost_usd=0.0031)
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


def write(folder, files, rate, seconds, seed, report):
    """Writes lines at an even rate; reports file, offset and time of each, as a program would log."""
    order = random.Random(seed)
    handles = [os.open(folder / f"agent-{number}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
               for number in range(files)]
    offsets = [0] * files
    counts = [0] * files
    log = array.array("d")
    start = time.monotonic()
    written = 0
    while (elapsed := time.monotonic() - start) < seconds:
        while written < elapsed * rate:
            chosen = order.randrange(files)
            line = event(chosen * 10**6 + counts[chosen], time.time())
            os.write(handles[chosen], line)
            log.extend((chosen, offsets[chosen], time.monotonic()))
            offsets[chosen] += len(line)
            counts[chosen] += 1
            written += 1
        time.sleep(0.001)
    report.write_bytes(log.tobytes())


class Visible:
    """Reads the database over and over and notes when a line is there first."""

    def __init__(self, database):
        self.connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)
        self.last = 0
        self.times = {}
        self.names = {}

    def poll(self):
        rows = self.connection.execute(
            "SELECT id, source, line_offset FROM events WHERE id > ? ORDER BY id", (self.last,)).fetchall()
        now = time.monotonic()
        for number, source, offset in rows:
            self.times[source, offset] = now
            self.last = number

    def by_file(self):
        """Times by the number of the file and the offset."""
        names = dict(self.connection.execute("SELECT id, path FROM sources"))
        numbers = {source: int(pathlib.Path(path).stem.split("-")[1]) for source, path in names.items()}
        return {(numbers[source], offset): moment for (source, offset), moment in self.times.items()}


def follow(binary, folder, database, errors):
    return subprocess.Popen([binary, "tail", "--db", database, f"{folder}/*.jsonl", "--quiet"],
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)


def asked(database, query):
    """One number; None where there is no such table yet. Never writes, as other tools must not."""
    try:
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)
        try:
            return connection.execute(query).fetchone()[0]
        finally:
            connection.close()
    except sqlite3.OperationalError:
        return None


def wait_for(condition, what):
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(f"follow.py: not within 60 s: {what}")
        time.sleep(0.02)


def latencies(options, home, errors):
    """Seconds from each line's writing until it was seen, sorted."""
    folder, database, report = home / "live", home / "live.db", home / "written"
    folder.mkdir()
    tail = follow(options.binary, folder, database, errors)
    wait_for(lambda: asked(database, "SELECT count(*) FROM events") == 0, "the database is made")
    writer = multiprocessing.Process(target=write, args=(
        folder, options.files, options.rate, options.seconds, options.seed, report))
    visible = Visible(database)
    writer.start()
    while writer.is_alive():
        visible.poll()
        time.sleep(POLL)
    log = array.array("d", report.read_bytes())
    lines = {(int(log[i]), int(log[i + 1])): log[i + 2] for i in range(0, len(log), 3)}

    def all_there():
        visible.poll()
        return len(visible.times) >= len(lines)

    wait_for(all_there, "every line is stored")
    busy = cpu_seconds(tail.pid) / options.seconds * 100
    tail.terminate()
    tail.wait()
    seen = visible.by_file()
    return sorted(seen[place] - moment for place, moment in lines.items()), busy


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid):
    """Megabytes."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def idle(options, home, errors):
    """Percent of one core and megabytes while nothing happens."""
    folder, database = home / "still", home / "still.db"
    folder.mkdir()
    for number in range(options.still):
        (folder / f"agent-{number}.jsonl").write_bytes(
            b"".join(event(number * 1000 + line, time.time()) for line in range(50)))
    tail = follow(options.binary, folder, database, errors)

    wait_for(lambda: asked(database, "SELECT count(*) FROM events") == options.still * 50,
             "the files are read")
    time.sleep(5)  # What it does behind the last line, such as closing files, is not idling.
    before = cpu_seconds(tail.pid)
    start = time.monotonic()
    time.sleep(options.idle_seconds)
    share = (cpu_seconds(tail.pid) - before) / (time.monotonic() - start) * 100
    memory = resident(tail.pid)
    tail.terminate()
    tail.wait()
    return share, memory


def row(name, value, unit, bound=None):
    """Prints a line of the table; whether the bound holds."""
    holds = bound is None or value < bound
    limit = "" if bound is None else f"under {bound:g} {unit}{'' if holds else '  MISSED'}"
    print(f"  {name:34} {value:10.1f} {unit:3} {limit}")
    return holds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--binary", default=".build/release/agentwatch")
    parser.add_argument("--files", type=int, default=50)
    parser.add_argument("--rate", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--still", type=int, default=200)
    parser.add_argument("--busy", type=float, help="the most of a core it may take, in percent")
    parser.add_argument("--idle-seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="agentwatch-bench-") as name:
        home = pathlib.Path(name)
        with open(home / "errors", "ab") as errors:
            delays, busy = latencies(options, home, errors)
            share, memory = idle(options, home, errors)
    count = len(delays)
    print(f"{count} lines into {options.files} files in {options.seconds:g} s (seed {options.seed})")
    holds = [
        row("written to visible, median", delays[count // 2] * 1000, "ms", BOUNDS["median"] * 1000),
        row("written to visible, p99", delays[int(count * 0.99)] * 1000, "ms", BOUNDS["p99"] * 1000),
        row("written to visible, longest", delays[-1] * 1000, "ms"),
        row("CPU meanwhile, of one core", busy, "%", options.busy),
        row(f"idle with {options.still} files, of one core", share, "%", BOUNDS["cpu"]),
        row(f"idle with {options.still} files, resident", memory, "MB", BOUNDS["memory"]),
    ]
    return 0 if all(holds) else 1


if __name__ == "__main__":
    sys.exit(main())
