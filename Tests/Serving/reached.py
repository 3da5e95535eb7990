"""How the server is reached: below a path, on a Unix socket, over IPv6. For scenarios.py."""

import json
import os
import pathlib
import re
import socket
import ssl
import stat
import subprocess
import sys
import tempfile
import time

from server import Server, drained, events

BINARY = sys.argv[1]


def below():
    """Behind a proxy, every address is below the base path; the path is taken off here or there."""
    token = {"AGENTWATCH_ADMIN_TOKEN": "a-token-that-is-long-enough"}
    with Server(BINARY, "--base-path", "/a/b/", environment=token) as server:
        assert server.url == f"http://127.0.0.1:{server.port}/a/b", server.url
        assert server.ask("/a/b/health")[0] == server.ask("/health")[0] == 200
        for elsewhere in ["/a/health", "/a/bb/health", "/a/b/a/b/health", "/a/bhealth"]:
            assert server.ask(elsewhere)[0] == 404, elsewhere
        status, headers, _ = server.ask("/a/b/", headers={"Accept": "text/html"})
        assert (status, headers["Location"]) == (303, "/a/b/login"), headers
        status, headers, _ = server.ask("/a/b/cost?since=1h", headers={"Accept": "text/html"})
        assert headers["Location"] == "/a/b/login?next=%2Fcost%3Fsince%3D1h", headers
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        body = f"token={token['AGENTWATCH_ADMIN_TOKEN']}"
        status, headers, _ = server.ask("/a/b/login", "POST", body + "&next=/cost?since=1h", form)
        assert (status, headers["Location"]) == (303, "/a/b/cost?since=1h"), headers
        status, headers, _ = server.ask("/a/b/login", "POST", body, form)
        assert (status, headers["Location"]) == (303, "/a/b/"), headers
        cookie, *rules = headers["Set-Cookie"].split("; ")
        assert "Path=/a/b/" in rules, rules
        login = server.ask("/a/b/login")[2].decode()
        pages = [login, *(
            server.ask(f"/a/b{path}", headers={"Cookie": cookie})[2].decode()
            for path in ["/", "/requests", "/errors", "/cost", "/alerts", "/quality", "/?since=no"]
        )]
        for page in pages:
            addresses = re.findall(r'(?:href|src|action|data-live)="([^"]*)"', page)
            assert len(addresses) > 3, page
            assert all(to.startswith(("/a/b/", "#")) for to in addresses), addresses
        assert 'data-live="/a/b/api/v1/stream"' in pages[1]
        bearer = {"Authorization": f"Bearer {token['AGENTWATCH_ADMIN_TOKEN']}"}
        document = server.json("/a/b/api/openapi.json", headers=bearer)
        assert document["servers"] == [{"url": "/a/b"}]
    for wrong in ["agentwatch", "/a b", "/..", "/a?b", "//evil.example/%41"]:
        done = subprocess.run(
            [BINARY, "serve", "--base-path", wrong], capture_output=True, check=False
        )
        assert done.returncode == 64 and b"/agentwatch" in done.stderr, (wrong, done)


def sockets():
    """It listens on a Unix socket, and on addresses of IPv6."""

    def asked(path):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(path)
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return drained(connection.dup()).split(b"\r\n")[0]

    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/agentwatch.sock"
        with Server(BINARY, "--unix-socket", path) as server:
            assert server.url == f"unix:{path}", server.url
            assert asked(path) == b"HTTP/1.1 200 OK"
            assert stat.S_ISSOCK(os.stat(path).st_mode)
            second = Server(BINARY, "--unix-socket", path)
            done = subprocess.run(
                [BINARY, "serve", "--unix-socket", path, "--db", second.database],
                capture_output=True,
                check=False,
            )
            assert done.returncode == 3 and b"another program listens there" in done.stderr, done
            assert asked(path) == b"HTTP/1.1 200 OK"
            # One that was killed leaves its file behind.
            server.process.kill()
            server.process.wait()
            assert os.path.exists(path)
            with Server(BINARY, "--unix-socket", path) as third:
                assert asked(path) == b"HTTP/1.1 200 OK"
                assert third.stop() == 0
            assert not os.path.exists(path)
        taken = pathlib.Path(folder, "file")
        taken.write_text("kept")
        for place in [taken, f"{folder}/{'x' * 200}", f"{folder}/none/socket"]:
            done = subprocess.run(
                [BINARY, "serve", "--unix-socket", place, "--db", f"{folder}/store.db"],
                capture_output=True,
                check=False,
            )
            assert done.returncode == 3 and b"--unix-socket" in done.stderr, done
        assert taken.read_text() == "kept"
    with Server(BINARY, "--host", "::1", host="::1") as server:
        assert server.url == f"http://[::1]:{server.port}", server.url
        assert server.json("/health") == {"status": "ok"}
        assert b"Overview" in server.ask("/")[2]


def certificate(folder):
    """The options of a server with a certificate of its own."""
    pair = [str(folder / "c.pem"), str(folder / "k.pem")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        + ["-nodes", "-subj", "/CN=localhost", "-out", pair[0], "-keyout", pair[1]],
        check=True,
        capture_output=True,
    )
    return ["--tls-cert", pair[0], "--tls-key", pair[1]]


def second_version():
    """With TLS it speaks HTTP/2, within the bounds that HTTP/1.1 has: curl is the client."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with Server(BINARY, *certificate(folder), "--timeout", "3s") as server:
            url = f"https://127.0.0.1:{server.port}"

            def curl(*words, form="%{http_version} %{response_code} %{num_connects}\\n"):
                command = ["curl", "-sk", "-o", "/dev/null", "-w", form, "--max-time", "20", *words]
                return subprocess.run(command, capture_output=True, text=True, check=False)

            assert curl("--http2", f"{url}/").stdout == "2 200 1\n"
            assert curl("--http1.1", f"{url}/").stdout == "1.1 200 1\n"
            # Many requests share one connection.
            many = curl("--http2", "-Z", *(f"{url}/api/v1/status?" for _ in range(60)), *["-o", "/dev/null"] * 59)
            lines = many.stdout.split("\n")[:-1]
            assert len(lines) == 60 and all(line.startswith("2 200") for line in lines), many
            assert sum(int(line.split()[2]) for line in lines) < 5, lines
            kind = ["-H", "Content-Type: application/x-ndjson"]
            lines = folder / "lines"
            lines.write_text("\n".join(events("h2", 20_000)) + "\n")
            posted = curl("--http2", *kind, "--data-binary", f"@{lines}", f"{url}/api/v1/events")
            assert posted.stdout == "2 200 1\n", posted
            status = subprocess.check_output(["curl", "-sk", f"{url}/api/v1/status"])
            assert json.loads(status)["events"] == 20_000
            # A refusal that ends a connection of HTTP/1.1 is an answer like others here.
            lines.write_text("\n" * 200_000)
            refused = curl("--http2", *kind, "--data-binary", f"@{lines}", f"{url}/api/v1/events")
            assert refused.stdout.startswith("2 413"), refused
            # News come, and a client that leaves is noticed.
            stream = subprocess.Popen(["curl", "-skN", "--http2", f"{url}/api/v1/stream"], stdout=subprocess.PIPE)
            assert stream.stdout.readline().startswith(b":") or stream.stdout.readline()
            assert streams(url) == 1
            stream.kill()
            stream.wait()
            deadline = time.monotonic() + 10
            while streams(url) and time.monotonic() < deadline:
                time.sleep(0.1)
            assert streams(url) == 0
            # Who connects and says nothing is shut out, before and after the handshake.
            begun = time.monotonic()
            with socket.create_connection(("127.0.0.1", server.port), timeout=20) as silent:
                assert silent.recv(1) == b"" and 4 < time.monotonic() - begun < 9
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            context.set_alpn_protocols(["h2"])
            begun = time.monotonic()
            with socket.create_connection(("127.0.0.1", server.port), timeout=20) as plain:
                with context.wrap_socket(plain) as silent:
                    assert silent.selected_alpn_protocol() == "h2"
                    while silent.recv(4_096):
                        pass
                    assert time.monotonic() - begun < 9


def streams(url):
    """How many streams the server says are open."""
    text = subprocess.check_output(["curl", "-sk", f"{url}/metrics"]).decode()
    return int(re.search(r"^agentwatch_streams_open (\d+)$", text, re.MULTILINE)[1])


SCENARIOS = [below, sockets, second_version]
