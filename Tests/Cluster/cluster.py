"""A ClickHouse server for a scenario, and what a scenario asks of agentwatch and of the server."""
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROGRAM = "/usr/sbin/clickhouse-server"


class Failed(Exception):
    """Something is not as it has to be."""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """Debian's server, started on a free port; used in a `with`, after which nothing of it is left."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cluster-"))
        self.port = free_port()
        for name in ("config.xml", "users.xml"):
            text = (HERE / name).read_text()
            (self.folder / name).write_text(
                text.replace("PORT", str(self.port)).replace("FOLDER", str(self.folder)))
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        self.process = subprocess.Popen(
            [PROGRAM, f"--config-file={self.folder}/config.xml"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                return self.ask("SELECT 1")
            except OSError:
                time.sleep(0.05)
        raise Failed("the server does not answer")

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def ask(self, sql, database="default"):
        """The answer of the server, as lines of words."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/?database={database}", sql.encode())
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return [line.split("\t") for line in answer.read().decode().splitlines()]
        except urllib.error.HTTPError as problem:
            raise Failed(f"{sql}: {problem.read().decode()}") from problem

    def address(self, database, local):
        return f"clickhouse://127.0.0.1:{self.port}/{database}?local={local}"


class Today(Server):
    """The engine of today, behind the interface of a server."""

    def start(self):
        shim = ROOT / "Tests/ClickHouseStorageTests/chdb_server.py"
        self.process = subprocess.Popen(
            [str(ROOT / ".build/venv/bin/python3"), str(shim), str(self.folder / "today")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())


class Binary:
    """The program that is tried."""

    def __init__(self, path):
        self.path = path

    def command(self, *words, database=None):
        return [self.path, *words] + (["--db", database] if database else [])

    def run(self, *words, database=None, code=0):
        """What it writes; the words and its complaints where it ends with another code."""
        environment = {**os.environ, "NO_COLOR": "1", "TZ": "UTC"}
        done = subprocess.run(self.command(*words, database=database), capture_output=True,
                              text=True, timeout=300, env=environment, check=False)
        if done.returncode != code:
            raise Failed(f"{' '.join(words)} ended with {done.returncode}: {done.stdout[-500:]}{done.stderr[-2000:]}")
        return done.stdout if code == 0 else done.stderr

    def start(self, *words, database):
        return subprocess.Popen(self.command(*words, database=database), stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def simulate(folder, seed, *options):
    """Logs of fixtures/simulate.py; gives their paths."""
    subprocess.run(["python3", str(ROOT / "fixtures/simulate.py"), "--out", str(folder), "--seed", str(seed),
                    "--now", NOW, *options], check=True, stdout=subprocess.DEVNULL)
    return sorted(str(path) for path in pathlib.Path(folder).rglob("*.jsonl*"))


NOW = "2026-01-05T12:00:00Z"
