"""Posts and clients that try to take `agentwatch serve` down, for scenarios.py."""

import gzip
import http.client
import re
import subprocess
import sys
import tempfile
import threading
import time

from server import NDJSON, Server, drained, events

BINARY = sys.argv[1]


def bombs():
    """Small posts that hold very much are refused at once, and take no memory."""
    with Server(BINARY) as server:
        packed = {**NDJSON, "Content-Encoding": "gzip"}
        for line in [b"{\n", b"\n", b"a\n", b"{}\n"]:
            body = gzip.compress(line * ((64 << 20) // len(line)), 1)
            begun = time.monotonic()
            problem = server.refused(
                413, "/api/v1/events", method="POST", body=body, headers=packed
            )
            assert "100000 lines; send several" in problem["detail"], problem
            assert time.monotonic() - begun < 3, "a bomb takes long"
        answer = server.post(["{"] * 99_000 + events("b", 1_000))
        assert (answer["lines"], answer["rejected"]) == (100_000, 99_000), answer
        places = [line["offset"] for line in answer["rejected_lines"]]
        assert places == [2 * number for number in range(100)], places
        peak = resident(server, "VmHWM")
        assert peak < 300, f"{peak} MB resident"
        assert server.run("status")["events"] == 1_000
        rejects = server.run("rejects", "--limit", "2000")["rejects"]
        assert len(rejects) == 1_000, len(rejects)


def resident(server, field):
    """Megabytes of memory as the system counts them."""
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as file:
        return int(re.search(field + r":\s+(\d+)", file.read())[1]) >> 10


def parted():
    """A large post is stored in parts: others get their turn, and sent again it goes on."""
    lines = events("p", 60_000)
    with Server(BINARY) as server:
        done = []
        large = threading.Thread(target=lambda: done.append(server.post(lines)))
        large.start()
        waits = []
        while large.is_alive():
            begun = time.monotonic()
            server.post(events(f"small-{len(waits)}", 1))
            waits.append(time.monotonic() - begun)
        large.join()
        assert done[0]["events"] == 60_000, done
        assert len(waits) > 3 and max(waits) < 1.5, waits
        keyed_lines = events("k", 30_000)
        for attempt in range(12):
            killer = threading.Timer(0.3 + attempt / 10, server.process.kill)
            killer.start()
            try:
                answer = server.post(keyed_lines, Idempotency_Key="one")
                break
            except (OSError, http.client.HTTPException):
                server.process.wait()
                server.process.stdout.close()
                server.start()
            finally:
                killer.cancel()
        else:
            answer = server.post(keyed_lines, Idempotency_Key="one")
        assert (answer["events"], answer["duplicates"]) == (30_000, 0), answer
        again = server.post(keyed_lines, Idempotency_Key="one")
        assert again == answer, again
        other = {**NDJSON, "Idempotency-Key": "one"}
        server.refused(422, "/api/v1/events", method="POST", body="{}", headers=other)
        assert server.run("status")["events"] == 90_000 + len(waits)


def crowded():
    """Neither half-sent posts nor idle connections keep others out."""
    with Server(BINARY) as server:
        post = b"POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000000\r\n"
        post += b"Content-Type: application/x-ndjson\r\n\r\n"
        held = [server.raw(post + b" " * 3_000_000) for _ in range(64)]
        time.sleep(2)
        begun = time.monotonic()
        assert server.post(events("c", 10))["events"] == 10
        assert time.monotonic() - begun < 1, "half-sent posts are waited for"
        for connection in held:
            connection.close()
        idle = []
        for _ in range(1_100):
            try:
                idle.append(server.raw(b""))
            except OSError:
                break
        begun = time.monotonic()
        server.json("/health")
        problem = server.refused(503, "/api/v1/status")
        assert "connections" in problem["detail"], problem
        assert time.monotonic() - begun < 1, "/health waits"
        while server.ask("/api/v1/status")[0] == 503:
            assert time.monotonic() - begun < 8, "idle connections are kept"
            time.sleep(0.1)


def malformed():
    """What is no HTTP is 400, nothing of it is an error of ours, and what says close is closed."""
    with Server(BINARY) as server:
        head = "POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
        head += "application/x-ndjson\r\nTransfer-Encoding: "
        for coding, body in [
            ("chunked", "zz\r\n"), ("chunked", "-1\r\n"), ("chunked", "1\r\nab\r\n"),
            ("chunked", "fffffffffffffffff\r\n"), ("xchunked", "5\r\n{}{}\n\r\n0\r\n\r\n"),
        ]:
            begun = time.monotonic()
            answer = drained(server.raw(f"{head}{coding}\r\n\r\n{body}".encode()))
            assert answer.startswith(b"HTTP/1.1 400"), (coding, body, answer[:200])
            assert time.monotonic() - begun < 3, "a broken connection stays open"
        for request, code in [
            ("GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n", b"200"),
            ("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: Close\r\n\r\n", b"200"),
            ("GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.com\r\n\r\n", b"400"),
        ]:
            begun = time.monotonic()
            connection = server.raw(request.encode())
            answer = connection.recv(4_096) if code == b"400" else drained(connection)
            connection.close()
            assert answer[9:12] == code, (request, answer)
            assert time.monotonic() - begun < 3, (request, "stays open")
        large = "POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
        large += "application/x-ndjson\r\nContent-Length: 10737418240\r\n\r\n"
        begun = time.monotonic()
        assert drained(server.raw(large.encode())).startswith(b"HTTP/1.1 413")
        assert time.monotonic() - begun < 3, "413 stays open"
        assert (server.folder / "errors").read_text() == ""


def streams():
    """The place of a stream that its client has closed is free at once."""
    with Server(BINARY) as server:
        request = b"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"
        for _ in range(2):
            opened = [server.raw(request) for _ in range(256)]
            for connection in opened:
                assert connection.recv(12) == b"HTTP/1.1 200", "a stream is refused"
            full = server.raw(request)
            assert full.recv(12) == b"HTTP/1.1 503", "a stream too many"
            full.close()
            for connection in opened:
                connection.close()
            begun = time.monotonic()
            while True:
                connection = server.raw(request)
                status = connection.recv(12)
                connection.close()
                if status == b"HTTP/1.1 200":
                    break
                assert time.monotonic() - begun < 2, "closed streams keep their places"
                time.sleep(0.05)
            time.sleep(0.2)


def groups():
    """An answer has so many groups and no more, and its client may leave."""
    lines = []
    for number, line in enumerate(events("g", 12_000)):
        lines.append(line[:-1] + f', "user_id": "user-{number:05}"' + "}")
    with Server(BINARY) as server:
        assert server.post(lines)["events"] == 12_000
        problem = server.refused(400, "/api/v1/report?by=user")
        assert "12000 groups" in problem["detail"] and "limit=" in problem["detail"], problem
        server.refused(400, "/api/v1/timeseries?by=user&step=minute")
        path = "/api/v1/report?by=user&metric=tool_latency_ms_max,tool_calls&limit=5"
        found = server.json(path)["groups"]
        names = [group["key"]["user"] for group in found]
        assert names == [f"user-{number}" for number in range(11_995, 12_000)] + ["(rest)"], names
        assert found[-1]["groups"] == 11_995, found[-1]
        assert found[-1]["metrics"]["tool_calls"]["value"] == 11_995, found[-1]
        for _ in range(8):
            left = server.raw(
                b"GET /api/v1/report?by=user&limit=10000 HTTP/1.1\r\nHost: localhost\r\n\r\n"
            )
            left.close()
        begun = time.monotonic()
        server.json("/api/v1/status", timeout=30)
        took = time.monotonic() - begun
        assert took < 12, f"queries go on for clients that have left: {took:.1f} s"


def full_disk():
    """While the disk is full posts are 503 and so is /ready; with room both are fine again."""
    with tempfile.TemporaryDirectory() as folder:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", folder], check=False
        )
        if mounted.returncode:
            return  # needs the right to mount
        try:
            with Server(BINARY, folder=folder) as server:
                server.json("/ready")
                stored = 0
                for number in range(400):
                    body = "\n".join(events(f"f{number}", 1_000))
                    status = server.ask("/api/v1/events", "POST", body, NDJSON)[0]
                    stored += 1_000 if status == 200 else 0
                    if status == 503:
                        break
                assert status == 503, "the disk was never full"
                problem = server.refused(503, "/ready")
                assert "write" in problem["detail"], problem
                server.json("/health")
                more = ["mount", "-o", "remount,size=200m", folder]
                subprocess.run(more, check=True)
                assert server.post(events("after", 10))["events"] == 10
                server.json("/ready")
                found = server.run("status")["events"]
                assert found == stored + 10, (found, stored)
        finally:
            subprocess.run(["umount", "-l", folder], check=False)


SCENARIOS = [bombs, parted, crowded, malformed, streams, groups, full_disk]
