#!/usr/bin/env python3
"""The worst posts, queries and files we can think of: attack.py BINARY [--scale 1.0] [--out FILE].

Each runs against a server of its own or as a command. Printed for each: the answer, how long it took,
the most memory the process had, and how long a small post and /health took meanwhile, at most. Exits
with 1 where memory or a wait is above its limit.
"""

import argparse
import contextlib
import gzip
import http.client
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Serving"))
from server import NDJSON, Server  # noqa: E402

MAX_MB = 300
MAX_WAIT = 1.0
# An address of this machine that is not the probe's, since connections are limited by address.
ELSEWHERE = ("127.0.0.2", 0)
PACKED = {**NDJSON, "Content-Encoding": "gzip"}


def lines(kind, count):
    """Lines of a kind, one after another."""
    now = int(time.time())
    for i in range(count):
        at = now - 1 - i % 3600
        call = f'"event":"tool_call","timestamp":{at},"latency_ms":5'
        if kind == "users":
            yield f'{{{call},"request_id":"r{i}","tool":"t","user_id":"u{i}","session_id":"s{i}"}}'
        elif kind == "names":
            yield f'{{{call},"request_id":"r{i}","tool":"t-{i}","agent":"a-{i}","user_id":"u{i}"}}'
        elif kind == "models":
            yield (
                f'{{"event":"llm_call","timestamp":{at},"request_id":"r{i}","model":"m-{i}",'
                f'"provider":"p-{i}","context_window":{i + 1},"input_tokens":1,"output_tokens":1}}'
            )
        elif kind == "errors":
            text = "".join(chr(97 + ((i >> (4 * place)) & 15)) for place in range(5))
            yield f'{{{call},"request_id":"r{i}","tool":"t","error":"failure {text} happened"}}'
        elif kind == "one":
            yield f'{{{call},"request_id":"one","tool":"t","event_id":"e{i}"}}'
        elif kind == "minutes":
            at = now - i * 60
            yield f'{{"event":"tool_call","timestamp":{at},"request_id":"r{i}","tool":"t"}}'
        elif kind == "smallest":
            yield f'{{"event":"x","timestamp":{now}}}'
        else:
            raise ValueError(kind)


class Probe:
    """Posts one line and asks /health again and again, and keeps the longest wait of each."""

    def __init__(self, server):
        self.server = server
        self.post = self.health = 0.0
        self.failures = 0
        self.over = threading.Event()
        self.threads = [
            threading.Thread(target=self.repeat, args=("post", self.post_one)),
            threading.Thread(target=self.repeat, args=("health", self.ask_health)),
        ]

    def post_one(self):
        line = json.dumps({"event": "probe", "timestamp": int(time.time())})
        return self.server.ask("/api/v1/events", "POST", line, NDJSON, timeout=60)[0]

    def ask_health(self):
        return self.server.ask("/health", timeout=60)[0]

    def repeat(self, name, ask):
        while not self.over.is_set():
            begun = time.monotonic()
            try:
                self.failures += ask() != 200
            except (OSError, http.client.HTTPException):
                self.failures += 1
            setattr(self, name, max(getattr(self, name), time.monotonic() - begun))
            self.over.wait(0.05)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        time.sleep(0.2)
        self.post = self.health = 0.0
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


class Attack:
    """Runs attacks and keeps a row for each."""

    def __init__(self, binary, scale, folder):
        self.binary, self.scale, self.folder = binary, scale, pathlib.Path(folder)
        self.rows = []

    def count(self, number):
        return max(1, int(number * self.scale))

    def log(self, kind, number):
        path = self.folder / f"{kind}-{number}.jsonl"
        if not path.exists():
            with open(path, "w", encoding="ascii") as file:
                for line in lines(kind, number):
                    file.write(line + "\n")
        return str(path)

    def store(self, kind, number):
        path = self.folder / f"{kind}-{number}.db"
        if not path.exists():
            command = [self.binary, "ingest", "-q", "--db", str(path), self.log(kind, number)]
            subprocess.run(command, check=True)
        return path

    @contextlib.contextmanager
    def serving(self, kind=None, number=0, *options):
        """A server over a copy of a store, or over an empty one."""
        with tempfile.TemporaryDirectory(dir=self.folder) as place:
            if kind:
                os.link(self.store(kind, number), f"{place}/store.db")
            with Server(self.binary, *options, folder=place) as server:
                yield server

    def note(self, name, answer, seconds, peak, probe=None):
        self.rows.append((name, answer, seconds, peak, probe))
        waits = f"{probe.post:6.2f} {probe.health:6.2f}" if probe else "             "
        print(f"{name:54} {answer:26} {seconds:7.2f} s {peak:5} MB {waits}", flush=True)

    def over_http(self, name, server, attack):
        """Runs one attack against a server while a probe asks it."""
        with open(f"/proc/{server.process.pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")
        with Probe(server) as probe:
            begun = time.monotonic()
            answer = attack(server)
            seconds = time.monotonic() - begun
        with open(f"/proc/{server.process.pid}/status", encoding="ascii") as file:
            peak = int(re.search(r"VmHWM:\s+(\d+)", file.read())[1]) >> 10
        if probe.failures:
            answer = f"{answer}, {probe.failures} probes failed"
        self.note(name, answer, seconds, peak, probe)

    def command(self, name, arguments, limit=300):
        """Runs a command; its output goes nowhere."""
        begun = time.monotonic()
        with open(os.devnull, "wb") as nowhere:
            child = subprocess.Popen([self.binary, *arguments], stdout=nowhere, stderr=nowhere)
            killer = threading.Timer(limit, child.kill)
            killer.start()
            _, status, usage = os.wait4(child.pid, 0)
            killer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - begun
        self.note(name, f"exit {child.returncode}", seconds, usage.ru_maxrss >> 10)


def post(body, headers):
    return lambda server: str(server.ask("/api/v1/events", "POST", body, headers, timeout=120)[0])


def get(path):
    def attack(server):
        status, _, body = server.ask(path, timeout=120)
        return f"{status}, {len(body) >> 10} KiB"

    return attack


def many(lines_of):
    """A body of lines."""
    return "\n".join(lines_of).encode()


def posts(attack):
    size = 64 << 20
    for name, line in [("{", b"{\n"), ("blank", b"\n"), ("{}", b"{}\n"), ("a", b"a\n")]:
        body = gzip.compress(line * (size // len(line)), 1)
        with attack.serving() as server:
            attack.over_http(f"post: gzip of 64 MiB of lines {name}", server, post(body, PACKED))
    with attack.serving() as server:
        body = gzip.compress(b" " * (10 * size), 1)
        attack.over_http("post: gzip of 640 MiB of spaces", server, post(body, PACKED))
    with attack.serving() as server:
        body = many(lines("smallest", attack.count(1_800_000)))
        attack.over_http("post: 64 MiB of smallest events", server, post(body, NDJSON))
    with attack.serving() as server:
        body = many(lines("smallest", attack.count(100_000)))
        attack.over_http("post: 100,000 smallest events", server, post(body, NDJSON))
    with attack.serving() as server:
        body = many(lines("names", attack.count(100_000)))
        attack.over_http("post: 100,000 calls, all names new", server, post(body, NDJSON))
        attack.over_http("post: the same again, other lines", server, post(body, NDJSON))
    with attack.serving() as server:
        body = many(lines("models", attack.count(100_000)))
        attack.over_http("post: 100,000 models, providers, windows", server, post(body, NDJSON))
    with attack.serving() as server:
        body = b"{\n" * attack.count(100_000)
        attack.over_http("post: 100,000 rejected lines", server, post(body, NDJSON))
    with attack.serving() as server:
        line = b'{"event":"x","timestamp":1795000000,"x":"' + b"y" * 700 + b'"}\n'
        body = line * ((60 << 20) // len(line))
        attack.over_http("post: 60 MiB of long events", server, post(body, NDJSON))
    with attack.serving() as server:
        attack.over_http("posts: 64 half-sent ones of 3 MB", server, half_sent)


def half_sent(server):
    head = b"POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000000\r\n"
    head += b"Content-Type: application/x-ndjson\r\n\r\n" + b" " * 3_000_000
    held = [server.raw(head) for _ in range(64)]
    time.sleep(5)
    for connection in held:
        connection.close()
    return "held 5 s"


def queries(attack):
    users = attack.count(100_000)
    with attack.serving("users", users) as server:
        for query in ["by=user", "by=session,user", "by=user&limit=10", "by=user&limit=10000"]:
            attack.over_http(f"{users:,} users: report?{query}", server, get(f"/api/v1/report?{query}"))
        attack.over_http("40 clients that do not read their 50 MB", server, unread)
        attack.over_http("30 clients that leave while they wait", server, leaving)
        for page in ["", "requests", "errors", "quality", "agents"]:
            attack.over_http(f"{users:,} users: /{page}", server, get(f"/{page}"))
    minutes = attack.count(500_000)
    with attack.serving("minutes", minutes) as server:
        path = "/api/v1/timeseries?step=minute&since=400d"
        attack.over_http(f"{minutes:,} minutes: timeseries by minute", server, get(path))
        attack.over_http("the same with limit=10000", server, get(path + "&limit=10000"))
    texts = attack.count(500_000)
    with attack.serving("errors", texts) as server:
        attack.over_http(f"{texts:,} error texts: /errors", server, get("/errors"))
    events = attack.count(1_000_000)
    with attack.serving("one", events) as server:
        attack.over_http(f"{events:,} events of one request: page", server, get("/requests?id=one"))
        attack.over_http("its API answer", server, get("/api/v1/requests/one"))
        late = json.dumps(
            {"event": "tool_call", "timestamp": int(time.time()) - 9_000, "request_id": "one", "tool": "t"}
        )
        attack.over_http("one late line of it", server, post(late, NDJSON))
    with attack.serving() as server:
        for _ in range(12):
            server.ask("/api/v1/events", "POST", many(["{" + "\x01" * 65_000] * 100), NDJSON, 60)
        attack.over_http("rejects?limit=10000 of long lines", server, get("/api/v1/rejects?limit=10000"))


def unread(server):
    held = []
    for _ in range(40):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect((server.host, server.port))
        client.sendall(b"GET /api/v1/report?by=user&limit=10000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        held.append(client)
    time.sleep(20)
    for client in held:
        client.close()
    return "held 20 s"


def leaving(server):
    for _ in range(30):
        client = server.raw(
            b"GET /api/v1/report?by=user&limit=10000 HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        time.sleep(0.1)
        client.close()
    return str(server.ask("/api/v1/status", timeout=60)[0])


def connections(attack):
    with attack.serving() as server:

        def idle(server):
            held = []
            for _ in range(2_000):
                try:
                    held.append(socket.create_connection((server.host, server.port), 20, ELSEWHERE))
                except OSError:
                    break
            time.sleep(3)
            for connection in held:
                connection.close()
            return f"{len(held)} idle"

        attack.over_http("connections: 2,000 that say nothing", server, idle)
    with attack.serving() as server:

        def streams(server):
            request = b"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"
            for _ in range(4):
                held = [server.raw(request) for _ in range(256)]
                for connection in held:
                    connection.close()
            return "1,024 in turn"

        attack.over_http("connections: streams opened and closed", server, streams)


def commands(attack):
    for kind, number in [("one", 1_000_000), ("models", 1_000_000), ("names", 1_000_000)]:
        number = attack.count(number)
        log = attack.log(kind, number)
        database = str(attack.folder / f"{kind}-again.db")
        attack.command(f"ingest: {number:,} lines of kind {kind}", ["ingest", "-q", "--db", database, log])
    users = attack.count(1_000_000)
    database = str(attack.store("users", users))
    for format in ["json", "csv", "markdown"]:
        arguments = ["report", "--by", "user", "--format", format, "--db", database]
        attack.command(f"report --by user --format {format}, {users:,} users", arguments, 900)
    attack.command("report --by user, as a table", ["report", "--by", "user", "--db", database])
    for query in [
        "select zeroblob(1000000000)",
        "select printf('%.*c', 900000000, 'x')",
        "select group_concat(a.name) from names a, names b",
        "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c",
    ]:
        attack.command(f"sql: {query[:45]}", ["sql", query, "--db", database])
    one = str(attack.store("one", attack.count(1_000_000)))
    attack.command("request one, 1M events", ["request", "one", "--db", one])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--out", help="write the table as Markdown")
    parser.add_argument("--only", help="posts, queries, connections or commands")
    options = parser.parse_args()
    binary = str(pathlib.Path(options.binary).resolve())
    with tempfile.TemporaryDirectory() as folder:
        attack = Attack(binary, options.scale, folder)
        for part in [posts, queries, connections, commands]:
            if options.only in (None, part.__name__):
                part(attack)
    above = [
        row
        for row in attack.rows
        if row[3] > MAX_MB or row[4] and max(row[4].post, row[4].health) > MAX_WAIT
    ]
    if options.out:
        write(options.out, attack.rows)
    for row in above:
        print(f"above its limit: {row[0]}", file=sys.stderr)
    sys.exit(1 if above else 0)


def write(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        file.write("| attack | answer | seconds | peak MB | a small post | /health |\n")
        file.write("|---|---|---:|---:|---:|---:|\n")
        for name, answer, seconds, peak, probe in rows:
            waits = f"{probe.post:.2f} s | {probe.health:.2f} s" if probe else " | "
            name = name.replace("|", "\\|")
            file.write(f"| {name} | {answer} | {seconds:.2f} | {peak} | {waits} |\n")


if __name__ == "__main__":
    main()
