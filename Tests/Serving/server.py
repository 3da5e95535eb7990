"""Starts `agentwatch serve` and talks to it, for the scenarios beside this file."""

import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse

NDJSON = {"Content-Type": "application/x-ndjson"}


class Server:
    """A server on a free port over a database of its own."""

    def __init__(self, binary, *options, folder=None, environment=None, host="127.0.0.1"):
        self.binary = binary
        self.options = options
        self.host = host
        self.holder = None if folder else tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(folder or self.holder.name)
        self.database = str(self.folder / "store.db")
        self.environment = {**os.environ, **(environment or {})}

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def start(self):
        """Until it says where it listens."""
        command = [self.binary, "serve", "--db", self.database, "--port", "0", "--json"]
        self.errors = open(self.folder / "errors", "ab")
        self.process = subprocess.Popen(
            [*command, *self.options],
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env=self.environment,
        )
        line = self.process.stdout.readline()
        assert line, (self.folder / "errors").read_text()
        self.url = json.loads(line)["url"]
        self.port = urllib.parse.urlsplit(self.url).port

    def stop(self, sign=signal.SIGTERM, seconds=6):
        """Tells it to stop; gives its exit code."""
        self.process.send_signal(sign)
        return self.process.wait(timeout=seconds)

    def ask(self, path, method="GET", body=None, headers=None, timeout=20):
        """One request on a connection of its own: status, headers, body."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def json(self, path, code=200, **more):
        """The JSON of an answer of this code."""
        status, headers, body = self.ask(path, **more)
        assert status == code, (path, status, body)
        kind = "application/json" if status == 200 else "application/problem+json"
        assert headers["Content-Type"] == kind, (path, headers["Content-Type"])
        return json.loads(body)

    def refused(self, code, path, **more):
        """A refusal that is a problem document."""
        problem = self.json(path, code=code, **more)
        assert problem["status"] == code and problem["detail"], problem
        return problem

    def post(self, lines, **headers):
        """Posts lines; the answer's JSON."""
        return self.json(
            "/api/v1/events",
            method="POST",
            body="\n".join(lines).encode(),
            headers={**NDJSON, **{k.replace("_", "-"): v for k, v in headers.items()}},
        )

    def raw(self, data):
        """A connection on which these bytes were sent."""
        connection = socket.create_connection((self.host, self.port), timeout=20)
        connection.sendall(data)
        return connection

    def run(self, *arguments, codes=(0,)):
        """The JSON of a command over the same database."""
        command = [self.binary, *arguments, "--db", self.database, "--json"]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode in codes, done.stderr
        return json.loads(done.stdout)


def events(prefix, count, first=0):
    """Lines of calls, each of a request of its own, with ids that tell copies."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return [
        json.dumps(
            {
                "event": "tool_call",
                "timestamp": now,
                "request_id": f"{prefix}-{number}",
                "event_id": f"{prefix}-{number}",
                "tool": "search",
                "latency_ms": 100 + number,
            }
        )
        for number in range(first, first + count)
    ]


def drained(connection):
    """All that comes until the other side closes."""
    data = b""
    try:
        while chunk := connection.recv(65_536):
            data += chunk
    except ConnectionError:
        pass
    finally:
        connection.close()
    return data
