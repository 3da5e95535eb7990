#!/usr/bin/env python3
"""How fast small posts are acknowledged, by one client and by many.

    bench/posts.py BINARY [BINARY ...]

Each binary in turn serves a database of its own; clients post ten events at a time over connections that
stay open, for some seconds each. Prints posts a second and the median and 99th hundredth of the time to an
answer, medians of three rounds.
"""
import http.client
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

SECONDS, ROUNDS, CLIENTS = 4, 3, (1, 16)


def body(number):
    return "\n".join(
        json.dumps({"event": "tool_call", "timestamp": time.time(), "request_id": f"r{number}-{event}",
                    "tool": "search", "latency_ms": 5}) for event in range(10)).encode()


def client(port, end, taken, name):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    number = 0
    while time.monotonic() < end:
        start = time.monotonic()
        connection.request("POST", "/api/v1/events", body(f"{name}-{number}"),
                           {"Content-Type": "application/x-ndjson"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            sys.exit(f"status {answer.status}")
        taken.append(time.monotonic() - start)
        number += 1


def measured(binary, clients):
    with tempfile.TemporaryDirectory(prefix="agentwatch-posts-") as folder:
        database = pathlib.Path(folder) / "store.db"
        server = subprocess.Popen([binary, "serve", "--db", database, "--port", "0", "--json"],
                                  stdout=subprocess.PIPE, text=True)
        port = int(json.loads(server.stdout.readline())["url"].rsplit(":", 1)[1])
        taken, end = [], time.monotonic() + SECONDS
        threads = [threading.Thread(target=client, args=(port, end, taken, name))
                   for name in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        server.terminate()
        server.wait()
    ranked = sorted(taken)
    return len(taken) / SECONDS, ranked[len(ranked) // 2], ranked[len(ranked) * 99 // 100]


def main(binaries):
    for clients in CLIENTS:
        rounds = {binary: [] for binary in binaries}
        for _ in range(ROUNDS):
            for binary in binaries:
                rounds[binary].append(measured(binary, clients))
        for binary, results in rounds.items():
            rate, median, late = (statistics.median(column) for column in zip(*results))
            print(f"{clients:2} clients, {binary}: {rate:.0f} posts/s, median {median * 1000:.1f} ms, "
                  f"p99 {late * 1000:.1f} ms")


if __name__ == "__main__":
    main(sys.argv[1:])
