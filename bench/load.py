#!/usr/bin/env python3
"""The dashboard under load: twenty readers while events arrive, and what waiting costs.

    bench/load.py BINARY [--events 10000000] [--seconds 120] [--database FILE]

Fills a store with events up to now, starts a server over it, and

- reads its memory while nobody asks, and how long it took to listen,
- opens a hundred streams and waits a minute,
- lets twenty readers ask for mixed pages and ranges, each once a second whether or not the last answer has
  come (an open loop: waiting counts), while 10,000 events a second are posted.

Prints the figures against their gates and writes them to bench/results/. Readers and the poster are processes
of the same machine and take part of it.
"""
import argparse
import http.client
import json
import pathlib
import random
import re
import socket
import statistics
import subprocess
import sys
import threading
import time

from machine import facts

HERE = pathlib.Path(__file__).resolve().parent
PAGES = ["/", "/requests", "/models", "/tools", "/agents", "/errors", "/cost", "/alerts", "/quality"]
RANGES = ["15m", "1h", "6h", "24h", "7d", "30d"]
READERS, STREAMS, RATE, POSTS_A_SECOND, SEED = 20, 100, 10_000, 10, 19
GATES = {"refused": 0, "median_ms": 50, "p99_ms": 200, "idle_mb": 80, "start_ms": 300, "streams_share": 0.05}


class Server:
    """A server over a store, with how long it took to listen."""

    def __init__(self, binary, database):
        begun = time.monotonic()
        self.process = subprocess.Popen(
            [binary, "serve", "--db", database, "--port", "0", "--json"],
            stdout=subprocess.PIPE, text=True)
        self.port = int(json.loads(self.process.stdout.readline())["url"].rsplit(":", 1)[1])
        self.start = time.monotonic() - begun

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def memory_mb(self, name="VmRSS"):
        """Resident memory, now or at its most (`VmHWM`)."""
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{name}:\s+(\d+)", text)[1]) / 1024

    def processor(self):
        """Seconds on processors so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100


def streams(server, seconds):
    """The share of a core that open streams take while nothing happens."""
    opened = []
    for _ in range(STREAMS):
        connection = socket.create_connection(("127.0.0.1", server.port))
        connection.sendall(b"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        opened.append(connection)
    time.sleep(2)
    before = server.processor()
    time.sleep(seconds)
    share = (server.processor() - before) / seconds
    for connection in opened:
        connection.close()
    return share


class Reader(threading.Thread):
    """Asks once a second; each question in a thread of its own, so that none waits for another."""

    def __init__(self, number, port, begin, seconds, taken):
        super().__init__()
        self.chance = random.Random(SEED * 1_000 + number)
        self.number, self.port, self.begin, self.seconds, self.taken = number, port, begin, seconds, taken

    def run(self):
        asking = []
        for second in range(self.seconds):
            due = self.begin + second + self.number / READERS
            time.sleep(max(0, due - time.monotonic()))
            page, window = self.chance.choice(PAGES), self.chance.choice(RANGES)
            asking.append(threading.Thread(target=self.ask, args=(f"{page}?since={window}", due)))
            asking[-1].start()
        for one in asking:
            one.join()

    def ask(self, path, due):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read()
        said = text.decode()[:200] if answer.status != 200 else ""
        self.taken.append((time.monotonic() - due, path, answer.status, said))
        connection.close()


def post(port, seconds):
    """Posts events at a steady rate; prints how many were stored, and the slowest answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    chance = random.Random(SEED)
    # Ids of its own, so that a store can be used for several runs.
    run, begin, stored, slowest = int(time.time()), time.monotonic(), 0, 0.0
    for number in range(seconds * POSTS_A_SECOND):
        time.sleep(max(0, begin + number / POSTS_A_SECOND - time.monotonic()))
        now, lines = time.time(), []
        for event in range(RATE // POSTS_A_SECOND // 5):
            who = f'"request_id":"{run}-{number}-{event}","agent":"agent-{event % 8}","timestamp":{now:.3f}'
            for call in range(3):
                lines.append(f'{{"event":"llm_call",{who},"model":"gpt-4o","input_tokens":900,"output_tokens":'
                             f'{chance.randrange(40, 400)},"latency_ms":{chance.randrange(200, 4000)}}}')
            lines.append(f'{{"event":"tool_call",{who},"tool":"tool-{call}","latency_ms":40}}')
            lines.append(f'{{"event":"task_end",{who},"outcome":"completed"}}')
        asked = time.monotonic()
        connection.request("POST", "/api/v1/events", "\n".join(lines).encode(),
                           {"Content-Type": "application/x-ndjson"})
        answer = json.loads(connection.getresponse().read())
        slowest = max(slowest, time.monotonic() - asked)
        stored += answer["events"]
    print(json.dumps({"stored": stored, "seconds": time.monotonic() - begin, "slowest": slowest}))


def under_load(server, seconds):
    """The times to answers while events arrive, from when each question was due."""
    poster = subprocess.Popen([sys.executable, __file__, "--post", str(server.port), str(seconds + 2)],
                              stdout=subprocess.PIPE, text=True)
    time.sleep(1)
    taken, before, begin = [], server.processor(), time.monotonic()
    readers = [Reader(number, server.port, begin, seconds, taken) for number in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    cores = (server.processor() - before) / (time.monotonic() - begin)
    posted = json.loads(poster.communicate()[0])
    wrong = [entry for entry in taken if entry[2] != 200]
    ranked = sorted(entry[0] for entry in taken)
    by_page = {}
    for took, path, *_ in taken:
        by_page.setdefault(path.split("?")[0], []).append(took * 1000)
    return {
        "n": len(ranked), "refused": len(wrong), "refusals": sorted({entry[3] for entry in wrong})[:3],
        "median_ms": statistics.median(ranked) * 1000,
        "p99_ms": ranked[len(ranked) * 99 // 100] * 1000, "slowest_ms": ranked[-1] * 1000,
        "pages_p50_p99_ms": {page: [round(statistics.median(times), 1), round(sorted(times)[len(times) * 99 // 100], 1)]
                             for page, times in sorted(by_page.items())},
        "slowest": [f"{took * 1000:.0f} ms {path}" for took, path, *_ in sorted(taken)[-5:]],
        "server_cores": cores, "posted_a_second": posted["stored"] / posted["seconds"],
        "slowest_post_ms": posted["slowest"] * 1000}


def main():
    if sys.argv[1:2] == ["--post"]:
        return post(int(sys.argv[2]), int(sys.argv[3]))
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("binary")
    options.add_argument("--events", type=int, default=10_000_000)
    options.add_argument("--seconds", type=int, default=120)
    options.add_argument("--streams", type=int, default=60, help="seconds that streams are watched")
    options.add_argument("--database", help="a store that is filled already, with events up to now")
    asked = options.parse_args()
    work = HERE / "work"
    work.mkdir(exist_ok=True)
    database = pathlib.Path(asked.database or work / "load.db")
    if not asked.database:
        for old in work.glob("load.db*"):
            old.unlink()
        fill = pathlib.Path(asked.binary).resolve().parent / "benchfill"
        subprocess.run([fill, database, str(asked.events), str(SEED), str(int(time.time()))], check=True)
    subprocess.run([asked.binary, "alerts", "load", "-q", "--db", database, HERE / "../alerts.json"], check=True)
    found = {**facts(sys.executable), "events": asked.events}
    starts = []
    for _ in range(5):
        server = Server(asked.binary, database)
        starts.append(server.start * 1000)
        server.stop()
    server = Server(asked.binary, database)
    try:
        time.sleep(5)
        found |= {"start_ms": max(starts), "idle_mb": server.memory_mb()}
        found["streams_share"] = streams(server, asked.streams)
        found |= under_load(server, asked.seconds)
        found["peak_mb"] = server.memory_mb("VmHWM")
    finally:
        server.stop()
    for name, gate in GATES.items():
        print(f"{name}: {found[name]:.3g} (gate {gate}) {'met' if found[name] <= gate else 'MISSED'}")
    print(json.dumps({name: found[name] for name in found if name not in ("machine", "versions")}, indent=1))
    result = HERE / "results" / f"{found['date'][:10]}-{found['commit']}-load.json"
    result.write_text(json.dumps(found, indent=2) + "\n")
    print(f"written to {result}")


if __name__ == "__main__":
    main()
