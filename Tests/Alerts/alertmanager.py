#!/usr/bin/env python3
"""Debian's Alertmanager takes what `check --stateful` tells it: alertmanager.py BINARY.

amtool shows the alert firing, and later none. Ends with 77 where there is no Alertmanager.
"""

import datetime
import json
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

BINARY = sys.argv[1]
PROGRAM = shutil.which("prometheus-alertmanager")
CONFIG = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def eventually(condition, what):
    """Waits until something is true, at most for 30 s."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


class Store:
    """A database with one rule that tells an Alertmanager."""

    def __init__(self, folder, url):
        self.folder = folder
        self.database = folder / "store.db"
        rules = {
            "version": 1,
            "receivers": {"central": {"type": "alertmanager", "url": url}},
            "rules": [
                {
                    "name": "errors",
                    "metric": "llm_error_rate",
                    "op": ">",
                    "threshold": 0.5,
                    "window": "1h",
                    "min_samples": 1,
                    "group_by": ["agent"],
                    "annotations": {"summary": "{value} of calls of {labels.agent} fail"},
                }
            ],
        }
        file = folder / "alerts.json"
        file.write_text(json.dumps(rules))
        self.run("alerts", "load", file)

    def run(self, *words, codes=(0,)):
        """Runs a command on the database."""
        done = subprocess.run(
            [BINARY, *words, "--db", self.database], capture_output=True, check=False
        )
        assert done.returncode in codes, (words, done)

    def log(self, name, count, success):
        """Logs calls of a few minutes ago."""
        moment = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=5)
        lines = [
            json.dumps(
                {
                    "event": "llm_call",
                    "timestamp": moment.isoformat().replace("+00:00", "Z"),
                    "request_id": f"{name}-{number}",
                    "agent": "x",
                    "model": "gpt-4o",
                    "latency_ms": 5,
                    "success": success,
                }
            )
            for number in range(count)
        ]
        file = self.folder / f"{name}.jsonl"
        file.write_text("\n".join(lines) + "\n")
        self.run("ingest", "--quiet", file)


def main():
    if PROGRAM is None or shutil.which("amtool") is None:
        print("there is no prometheus-alertmanager: scripts/install-deps.sh test")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "am.yml").write_text(CONFIG)
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        server = subprocess.Popen(
            [
                PROGRAM,
                f"--config.file={folder}/am.yml",
                f"--storage.path={folder}/am",
                f"--web.listen-address=127.0.0.1:{port}",
                "--cluster.listen-address=",
                "--log.level=error",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            play(Store(folder, url), url)
        finally:
            server.kill()
            server.wait()


def play(store, url):
    """An alert begins, goes on, and is over."""

    def shown():
        answer = subprocess.run(
            ["amtool", "alert", "query", f"--alertmanager.url={url}", "-o", "json"],
            capture_output=True,
            check=False,
        )
        return json.loads(answer.stdout) if answer.returncode == 0 else None

    eventually(lambda: shown() == [], "Alertmanager starts, without alerts")
    store.log("bad", 4, False)
    store.run("check", "--stateful", codes=(1,))
    eventually(shown, "the alert is shown")
    (alert,) = shown()
    assert alert["labels"] == {"alertname": "errors", "agent": "x", "severity": "warning"}, alert
    assert alert["annotations"]["summary"] == "100 % of calls of x fail", alert
    store.run("check", "--stateful", codes=(1,))
    assert len(shown()) == 1
    store.log("good", 40, True)
    store.run("check", "--stateful", codes=(0,))
    eventually(lambda: shown() == [], "the alert is over")
    print("Alertmanager has shown the alert while it fired, and none after it")


main()
