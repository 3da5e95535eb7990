"""How the server is reached: below a path, on a Unix socket, over IPv6. For scenarios.py."""

import os
import pathlib
import re
import socket
import stat
import subprocess
import sys
import tempfile

from server import Server, drained

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
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        body = f"token={token['AGENTWATCH_ADMIN_TOKEN']}"
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


SCENARIOS = [below, sockets]
