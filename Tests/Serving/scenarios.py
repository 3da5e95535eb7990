#!/usr/bin/env python3
"""What `agentwatch serve` has to do, a function a scenario: scenarios.py BINARY SCENARIO."""

import concurrent.futures
import gzip
import json
import re
import signal
import socket
import subprocess
import sys
import time

import hostile
import paged
import reached
from server import NDJSON, Server, drained, events

BINARY = sys.argv[1]


def numbers():
    """Answers equal those of the command line."""
    with Server(BINARY) as server:
        server.post(events("a", 40) + ["{broken", '{"event":"x"}'])
        server.post(events("b", 3))
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3_600))
        query = f"now={now}&since=2h"
        common = ["--now", now, "--since", "2h"]
        for path, command in {
            f"report?{query}": ["report", *common],
            f"report?{query}&by=tool": ["report", *common, "--by", "tool"],
            f"report?{query}&tool=search&metric=tool_calls": [
                *["report", *common, "--where", "tool=search", "--metric", "tool_calls"]
            ],
            f"report?{query}&by=tool&compare=1d": ["report", *common, "--by", "tool", "--compare", "1d"],
            f"timeseries?{query}&step=minute": ["report", *common, "--by", "minute"],
            f"alerts?now={now}": ["check", "--now", now],
            f"requests/a-7?now={now}": ["request", "a-7", "--now", now],
            "rejects": ["rejects"],
            "sources": ["sources", "list"],
        }.items():
            told = server.run(*command, codes=(0, 1, 2, 3))
            assert server.json(f"/api/v1/{path}") == told, path
        status = server.json("/api/v1/status")
        assert status["events"] == 43 and status["rejected"] == 2, status
        listed = server.json(f"/api/v1/requests?{query}&sort=latency&limit=2&page=2")
        assert listed["total"] == 43, listed
        assert [r["request_id"] for r in listed["requests"]] == ["a-37", "a-36"], listed
        assert server.json(f"/api/v1/cost?{query}")["by"] == ["model"]


def refused():
    """Bad input is refused as a problem document, and the server lives on."""
    with Server(BINARY) as server:
        own = f"http://127.0.0.1:{server.port}"
        post = {"method": "POST", "body": b"{}"}
        server.refused(421, "/health", headers={"Host": "evil.example"})
        server.refused(421, "/health", headers={"Host": "localhost.evil.example:80"})
        server.refused(403, "/health", headers={"Origin": "http://evil.example"})
        server.refused(403, "/api/v1/status", headers={"Origin": "null"})
        server.refused(403, "/api/v1/status", headers={"Sec-Fetch-Site": "cross-site"})
        server.json("/health", headers={"Origin": own})
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]:
            server.refused(415, "/api/v1/events", headers={"Content-Type": kind}, **post)
        server.refused(415, "/api/v1/events", **post)
        brotli = {**NDJSON, "Content-Encoding": "br"}
        server.refused(415, "/api/v1/events", headers=brotli, **post)
        server.refused(404, "/nothing")
        server.refused(404, "/api/v1/requests/none")
        assert server.ask("/api/v1/events")[0] == 405
        assert server.ask("/api/v1/report", method="PUT")[1]["Allow"] == "GET, HEAD"
        for query in [
            *["bogus=1", "since=yesterdayish", "metric=none", "by=x", "since=1h&since=2h"],
            *["since=%zz", "since=%ff", "tz=Nowhere", "where=agent", "exact=maybe", "slow_ms=-1"],
            *["compare=1d", "since=1h&compare=now", "since=1d&by=day&compare=1h"],
            *["since=", "since=2001-01-01&until=2000-01-01", "model=%00"],
        ]:
            server.refused(400, f"/api/v1/report?{query}")
        server.refused(400, "/api/v1/requests?limit=0")
        server.refused(400, "/api/v1/requests?hour=3")
        key = {**NDJSON, "Idempotency-Key": "k" * 257}
        server.refused(400, "/api/v1/events", headers=key, **post)
        packed = {**NDJSON, "Content-Encoding": "gzip"}
        whole = gzip.compress(b'{"event":"x"}\n' * 100)
        for body in [b"{}", whole[:-5], whole + b"tail"]:
            server.refused(400, "/api/v1/events", method="POST", body=body, headers=packed)
        for data in [b"GARBAGE\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nX\r\n\r\n"]:
            assert b"HTTP/1.1 400" in drained(server.raw(data)), data
        long = b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 100_000 + b"\r\n\r\n"
        assert b" 200 " not in drained(server.raw(long))
        assert server.json("/api/v1/status")["events"] == 0
        headers = server.ask("/health")[1]
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def large():
    """Too much is refused in bounded memory; much is taken."""
    with Server(BINARY) as server:
        head = "POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        head += "Content-Type: application/x-ndjson\r\n"
        begun = server.raw(f"{head}Content-Length: 10737418240\r\n\r\n".encode())
        assert begun.recv(100).startswith(b"HTTP/1.1 413"), "announced"
        begun.close()
        packed = {**NDJSON, "Content-Encoding": "gzip"}
        bomb = gzip.compress(b" " * (70 << 20), 1)
        server.refused(413, "/api/v1/events", method="POST", body=bomb, headers=packed)
        chunked = server.raw(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        piece = b"100000\r\n" + b" " * (1 << 20) + b"\r\n"
        try:
            for _ in range(66):
                chunked.sendall(piece)
            answer = drained(chunked)
        except (ConnectionError, socket.timeout):
            answer = b"HTTP/1.1 413"
        assert answer.startswith(b"HTTP/1.1 413"), answer[:200]
        with open(f"/proc/{server.process.pid}/status", encoding="ascii") as file:
            peak = int(re.search(r"VmHWM:\s+(\d+)", file.read())[1]) >> 10
        assert peak < 600, f"{peak} MB resident"
        lines = events("m", 5_000)
        body = gzip.compress("\n".join(lines).encode())
        answer = server.json("/api/v1/events", method="POST", body=body, headers=packed)
        assert answer["events"] == 5_000, answer
        assert server.run("status")["events"] == 5_000


def slow():
    """Who is slow is given up, who has half closed is answered, the others are served."""
    with Server(BINARY, "--timeout", "1s") as server:
        begun = time.monotonic()
        head = server.raw(b"GET /health HTTP/1.1\r\nHost: loc")
        post = b"POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
        body = server.raw(post + b"Content-Type: application/x-ndjson\r\n\r\n")
        cut = server.raw(post + b"Content-Type: application/x-ndjson\r\n\r\n{")
        cut.close()
        trickle = server.raw(post + b"Content-Type: application/x-ndjson\r\n\r\n")
        idle = [server.raw(b"") for _ in range(500)]
        half = server.raw(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        half.shutdown(socket.SHUT_WR)
        assert b'"ok"' in drained(half)
        try:
            while time.monotonic() < begun + 8:
                trickle.sendall(b" ")
                server.json("/health")
                time.sleep(0.1)
        except ConnectionError:
            pass
        assert time.monotonic() - begun < 7, "a trickle goes on"
        drained(head)
        drained(body)
        assert time.monotonic() - begun < 10, "slow clients are kept"
        for connection in idle:
            connection.close()
        server.json("/ready")
        assert server.json("/api/v1/status")["events"] == 0
        text = server.ask("/metrics")[2].decode()
        assert "agentwatch_posts_queued 0\n" in text and "queued_bytes 0\n" in text, text


def keyed():
    """A post with a key is stored once, however often and from however many it comes."""
    with Server(BINARY) as server:
        lines = events("k", 10) + ["{broken"]
        first = server.post(lines, Idempotency_Key="one")
        assert first["events"] == 10 and first["rejected"] == 1, first
        assert first["rejected_lines"][0]["reason"] == "invalid_json", first
        assert server.post(lines, Idempotency_Key="one") == first
        keyed = {**NDJSON, "Idempotency-Key": "one"}
        server.refused(422, "/api/v1/events", method="POST", body=b"{}", headers=keyed)
        # Without event ids only the key tells that it is the same.
        plain = [re.sub(r'"event_id": "[^"]*", ', "", line) for line in events("p", 5)]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = pool.map(lambda _: server.post(plain, Idempotency_Key="two"), range(16))
            assert {answer["events"] for answer in answers} == {5}
        assert server.post(plain)["events"] == 5
        assert server.run("status")["events"] == 20
        assert server.stop() == 0
        server.start()
        assert server.post(lines, Idempotency_Key="one") == first


def terminated():
    """SIGTERM under load: what was acknowledged is stored, and keyed retries make it whole."""
    under_load(signal.SIGTERM)


def killed():
    """The same for kill -9."""
    under_load(signal.SIGKILL)


def under_load(sign):
    """Posts from several threads, stops the server amid them, starts it again and retries."""
    with Server(BINARY) as server:
        acknowledged, failed = {}, []

        def poster(name):
            for number in range(1_000):
                key = f"{name}-{number}"
                # No event ids: the key alone keeps them from being stored twice.
                lines = [
                    re.sub(r'"event_id": "[^"]*", ', "", line) for line in events(key, 5)
                ]
                try:
                    acknowledged[key] = server.post(lines, Idempotency_Key=key)["events"]
                except (OSError, AssertionError, json.JSONDecodeError, EOFError) as error:
                    failed.append((key, lines, error))
                    return
                except Exception as error:  # what http.client makes of a connection that broke
                    failed.append((key, lines, error))
                    return

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            running = [pool.submit(poster, f"p{index}") for index in range(4)]
            while len(acknowledged) < 60:
                time.sleep(0.005)
            server.process.send_signal(sign)
            for future in running:
                future.result()
        code = server.process.wait(timeout=8)
        assert code == (0 if sign == signal.SIGTERM else -sign), code
        stored = server.run("status")["events"]
        certain = sum(acknowledged.values())
        assert certain <= stored <= certain + 5 * len(failed), (certain, stored)
        server.start()
        for key, lines, _ in failed:
            acknowledged[key] = server.post(lines, Idempotency_Key=key)["events"]
        assert server.run("status")["events"] == sum(acknowledged.values())
        assert server.run("doctor", codes=(0,)) is not None


def access():
    """Who may do what, with tokens and without."""
    done = subprocess.run(
        [BINARY, "serve", "--host", "0.0.0.0", "--db", "/nonexistent/x.db"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 64 and b"--tokens" in done.stderr, done
    with Server(BINARY) as maker:
        file = maker.folder / "tokens"
        digest = subprocess.check_output(["sha256sum"], input=b"w" * 20).decode().split()[0]
        file.write_text(f"# ours\nread {'r' * 20}\nwrite sha256:{digest}  # agents\n")
        environment = {"AGENTWATCH_ADMIN_TOKEN": "a" * 20}
        with Server(
            BINARY, "--tokens", str(file), "--host", "0.0.0.0", environment=environment
        ) as server:
            levels(server)


def levels(server):
    """Each token does what its level says."""

    def bearer(letter):
        return {"Authorization": f"Bearer {letter * 20}"}

    post = {"method": "POST", "body": "\n".join(events("x", 1))}
    server.json("/health")
    assert "Bearer" in server.ask("/api/v1/status")[1]["WWW-Authenticate"]
    for path in ["/api/v1/status", "/metrics", "/ready", "/api/openapi.json", "/api/v1/stream"]:
        server.refused(401, path)
        server.refused(401, path, headers=bearer("z"))
        server.refused(403, path, headers=bearer("w"))
    server.json("/api/v1/status", headers=bearer("r"))
    server.json("/api/v1/status", headers=bearer("a"))
    server.refused(403, "/api/v1/events", headers={**NDJSON, **bearer("r")}, **post)
    server.json("/api/v1/events", headers={**NDJSON, **bearer("w")}, **post)
    page = server.ask("/api/v1/status", headers={"Accept": "text/html"})
    assert page[0] == 303 and page[1]["Location"] == "/login?next=%2Fapi%2Fv1%2Fstatus", page[1]
    own = f"http://127.0.0.1:{server.port}"
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": own}
    wrong = server.ask("/login", method="POST", body="token=wrong", headers=form)
    assert wrong[0] == 403 and "Set-Cookie" not in wrong[1]
    foreign = {**form, "Origin": "http://evil.example"}
    server.refused(403, "/login", method="POST", body=f"token={'a' * 20}", headers=foreign)
    right = server.ask("/login", method="POST", body=f"token={'a' * 20}", headers=form)
    cookie = right[1]["Set-Cookie"]
    assert right[0] == 303 and "HttpOnly" in cookie and "SameSite=Strict" in cookie, right[1]
    kept = {"Cookie": cookie.split(";")[0]}
    for place, leads in [("/errors?since=7d%26x", "/errors?since=7d&x"), ("//evil.example", "/"),
                         ("/%5Cevil.example", "/"), ("https://evil.example", "/"), ("/%0D%0Ax:%20y", "/"),
                         ("/login", "/"), ("/" + "x" * 2_000, "/")]:
        form_page = server.ask(f"/login?next={place}")[2].decode()
        assert ("next" in form_page) == (leads != "/"), form_page
        entered = server.ask("/login", method="POST", body=f"token={'r' * 20}&next={place}", headers=form)
        assert (entered[0], entered[1]["Location"]) == (303, leads), (place, entered)
    server.json("/api/v1/status", headers=kept)
    server.refused(403, "/api/v1/events", headers={**NDJSON, **kept}, **post)
    server.json("/api/v1/events", headers={**NDJSON, **kept, "Origin": own}, **post)
    codes = {server.ask("/ready", headers=bearer("z"))[0] for _ in range(40)}
    assert 429 in codes, "tokens can be tried without end"
    for _ in range(5):
        server.json("/api/v1/status", headers=bearer("r"))


def stream():
    """A tick arrives when something is stored; stopping ends the stream."""
    with Server(BINARY) as server:
        request = b"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"
        connections = [server.raw(request) for _ in range(20)]
        opened = connections[0]
        until(opened, b"event: commit\n")
        server.post(events("s", 1))
        until(opened, b"event: commit\n")
        begun = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - begun < 3
        for connection in connections:
            drained(connection)


def until(connection, mark):
    """Reads until a text has come."""
    seen = b""
    while mark not in seen:
        chunk = connection.recv(65_536)
        assert chunk, seen
        seen += chunk


def figures():
    """Prometheus' format, counters that only grow, a bounded number of series."""
    with Server(BINARY) as server:
        server.post(events("f", 30))
        text = server.ask("/metrics")[2].decode()
        assert samples(text)['agentwatch_calls_total{kind="tool"'] == 30, text
        many = [line.replace('"search"', f'"t{n}"') for n, line in enumerate(events("g", 900))]
        hostile = events("h", 1)[0].replace('"search"', r'"<b>\"\\\n{}"')
        server.post([*many, hostile])
        text = server.ask("/metrics")[2].decode()
        assert text.count("\nagentwatch_calls_total{") <= 510, "series are bounded"
        assert samples(text)['agentwatch_calls_total{kind="tool"'] == 931
        assert 'tool="other"' in text
        said = subprocess.run(
            ["promtool", "check", "metrics"], input=text.encode(), capture_output=True, check=False
        )
        assert (said.returncode, said.stdout, said.stderr) == (0, b"", b""), said
        for line in text.splitlines():
            shape = r'# (HELP|TYPE) [a-z_0-9]+ .+|[a-z_0-9]+(\{([a-z]+="([^"\\]|\\.)*",?)*\})? [-+0-9.eInfNa]+'
            assert re.fullmatch(shape, line), line


def samples(text):
    """Sums of samples by all up to the first label."""
    sums = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, value = line.split(",")[0].split(" ")[0], line.rsplit(" ", 1)[1]
            sums[name] = sums.get(name, 0) + float(value)
    return sums


def documented():
    """Every operation of the OpenAPI document is there, and answers with a documented code."""
    with Server(BINARY, "--timeout", "1s") as server:
        document = server.json("/api/openapi.json")
        assert document["openapi"] == "3.1.0"
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                if path == "/api/v1/stream":
                    continue
                target = path.replace("{id}", "some%20id%2F%C3%A9")
                code, headers, _ = server.ask(target, method=method.upper())
                known = operation["responses"]
                assert str(code) in known, (path, method, code)
                if code == 200:
                    kind = headers["Content-Type"].split(";")[0]
                    assert kind in known["200"]["content"], (path, kind)


def followed():
    """With --tail the program is all in one."""
    with Server(BINARY) as maker:
        log = maker.folder / "a.jsonl"
        rules = maker.folder / "alerts.json"
        log.write_text("\n".join(events("t", 3)) + "\n", encoding="ascii")
        rules.write_text(
            '{"version":1,"rules":[{"name":"any","metric":"tool_calls","op":">","threshold":1,'
            '"window":"1h"}]}',
            encoding="ascii",
        )
        with Server(BINARY, "--tail", str(log), "--alerts", str(rules)) as server:
            wait_for(server, 3)
            with log.open("a", encoding="ascii") as file:
                file.write("\n".join(events("u", 4)) + "\n")
            wait_for(server, 7)
            server.post(events("v", 2))
            wait_for(server, 9)
            server.json("/ready")
            names = [r["name"] for r in server.json("/api/v1/alerts")["rules"]]
            assert names == ["ingest_stalled", "data_stale", "rule_failing", "any"]
            assert server.json("/api/v1/status")["follower"]["alive"]
            assert server.stop() == 0
            assert server.run("status")["follower"] is None


def pruned():
    """What has been pruned is answered from rollups, or refused in words."""
    with Server(BINARY, "--keep", "30d") as server:
        now = time.time()
        lines = [
            json.dumps({"event": "tool_call", "request_id": f"r{age}", "timestamp": now - age,
                        "tool": "search", "user_id": "u", "latency_ms": 5})
            for age in (20 * 86_400, 10 * 86_400, 3_600)
        ]
        server.post(lines)
        assert "pruned_before" not in server.json("/api/v1/report?since=25d")
        done = server.run("prune", "--keep", "1d")
        assert (done["events"], done["requests"]) == (2, 2), done
        report = server.json("/api/v1/report?since=25d&metric=tool_calls")
        assert report["pruned_before"] == done["horizon"], report
        assert report["groups"][0]["metrics"]["tool_calls"]["value"] == 3
        for query in ("exact=true", "by=user", "where=user%3Du"):
            problem = server.refused(400, f"/api/v1/report?since=25d&{query}")
            assert done["horizon"] in problem["detail"], problem
        assert server.json("/api/v1/report?since=12h&exact=true&by=user")["groups"]
        assert server.json("/api/v1/status")["pruned_before"] == done["horizon"]
        status, _, page = server.ask("/?since=25d")
        assert status == 200 and b"only rollups before" in page
        status, _, page = server.ask("/?since=25d&user=u")
        assert status == 400 and b"have been pruned" in page
        late = json.dumps({"event": "tool_call", "request_id": "late", "tool": "search",
                           "timestamp": now - 20 * 86_400})
        assert server.post([late])["events"] == 0
        assert server.json("/api/v1/status")["events"] == 1
        assert server.stop() == 0


def wait_for(server, events_stored):
    """Until so many events are stored."""
    deadline = time.monotonic() + 20
    while server.json("/api/v1/status")["events"] != events_stored:
        assert time.monotonic() < deadline, server.json("/api/v1/status")
        time.sleep(0.02)


def encrypted():
    """With a certificate it speaks TLS and nothing else."""
    with Server(BINARY) as maker:
        pair = reached.certificate(maker.folder)
        with Server(BINARY, *pair) as server:
            url = f"https://127.0.0.1:{server.port}/health"
            answer = subprocess.check_output(["curl", "-ski", url]).decode()
            assert " 200" in answer and "strict-transport-security" in answer.lower(), answer
            assert b"200 OK" not in drained(server.raw(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"))
        refused_pairs(pair[1], pair[3], maker.folder)


def refused_pairs(certificate, key, folder):
    """A certificate and a key that cannot work end it at once, in a line that names the file."""
    other, locked = str(folder / "other.pem"), str(folder / "locked.pem")
    for command in [
        ["openssl", "genpkey", "-algorithm", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        + ["-out", other],
        ["openssl", "pkcs8", "-topk8", "-in", key, "-passout", "pass:secret", "-out", locked],
    ]:
        subprocess.run(command, check=True, capture_output=True)
    for first, second, blamed in [
        (certificate, other, other),
        (certificate, locked, locked),
        (key, key, key),
        (certificate, certificate, certificate),
    ]:
        ended = subprocess.run(
            [BINARY, "serve", "--db", str(folder / "pair.db"), "--port", "0"]
            + ["--tls-cert", first, "--tls-key", second],
            capture_output=True,
            text=True,
            timeout=20,
        )
        lines = ended.stderr.splitlines()
        assert ended.returncode == 3 and len(lines) == 1, ended
        assert f"reading {blamed}: " in lines[0], lines


SCENARIOS = {
    f.__name__: f
    for f in [
        *[numbers, refused, large, slow, keyed, terminated, killed, access, stream, figures],
        *[documented, followed, pruned, encrypted],
        *reached.SCENARIOS,
        *paged.SCENARIOS,
        *hostile.SCENARIOS,
    ]
}

if __name__ == "__main__":
    for name in sys.argv[2:] or SCENARIOS:
        SCENARIOS[name]()
        print(f"{name}: fine")
