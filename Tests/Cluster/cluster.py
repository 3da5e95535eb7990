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


def until(condition, what, seconds):
    """Waits; `what` says what is wrong where that is in vain."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Failed(f"after {seconds} s {what}")
        time.sleep(0.1)


class Server:
    """Debian's server, started on a free port; used in a `with`, after which nothing of it is left."""

    def __init__(self, more=None):
        """`more`: the text of another part of its configuration."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cluster-"))
        self.port = free_port()
        if more:
            # Parts are read from where the configuration lies.
            (self.folder / "conf.d").mkdir()
            (self.folder / "conf.d/more.xml").write_text(more)
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


class Keeper:
    """Debian's ZooKeeper, in which shards and replicas meet."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="keeper-"))
        self.port = free_port()
        (self.folder / "zoo.cfg").write_text(
            f"dataDir={self.folder}/data\nclientPort={self.port}\nclientPortAddress=127.0.0.1\n"
            "tickTime=2000\nadmin.enableServer=false\n4lw.commands.whitelist=ruok\n")
        self.process = subprocess.Popen(
            ["java", "-Xmx128m", "-cp", "/usr/share/java/*", "org.apache.zookeeper.server.quorum.QuorumPeerMain",
             f"{self.folder}/zoo.cfg"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1) as asked:
                    asked.sendall(b"ruok")
                    if asked.recv(4) == b"imok":
                        return
            except OSError:
                time.sleep(0.1)
        raise Failed("ZooKeeper does not answer")

    def end(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Shards:
    """Two servers that are one cluster; whoever asks for addresses gets the first and the second by turns."""

    def __init__(self, are_replicas=False):
        self.keeper = Keeper()
        native = [free_port(), free_port()]
        text = (HERE / "shards.xml").read_text()
        between = "" if are_replicas else "</shard><shard><internal_replication>true</internal_replication>"
        for word, value in {"BETWEEN": between, "FIRST": native[0], "SECOND": native[1], "KEEPER": self.keeper.port}.items():
            text = text.replace(word, str(value))
        self.servers = [
            Server(text.replace("INTERSERVER", str(free_port())).replace("NATIVE", str(port))
                   .replace("SHARD", "0" if are_replicas else str(number)).replace("REPLICA", str(number)))
            for number, port in enumerate(native)]
        self.turn = 0

    def __enter__(self):
        self.keeper.wait()
        for server in self.servers:
            server.start()
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.__exit__()
        self.keeper.end()

    def address(self, database, local):
        self.turn += 1
        return self.servers[self.turn % 2].address(database, local) + "&cluster=agents"

    def ask(self, sql, database="default"):
        return self.servers[0].ask(sql, database)


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

    def ask(self, *words, database=None):
        """Runs it to its end."""
        environment = {**os.environ, "NO_COLOR": "1", "TZ": "UTC"}
        return subprocess.run(self.command(*words, database=database), capture_output=True,
                              text=True, timeout=300, env=environment, check=False)

    def run(self, *words, database=None, code=0):
        """What it writes; the words and its complaints where it ends with another code."""
        done = self.ask(*words, database=database)
        if done.returncode != code:
            raise Failed(f"{' '.join(words)} ended with {done.returncode}: {done.stdout[-500:]}{done.stderr[-2000:]}")
        return done.stdout if code == 0 else done.stderr

    def start(self, *words, database=None, output=subprocess.DEVNULL):
        return subprocess.Popen(self.command(*words, database=database), stdin=subprocess.DEVNULL,
                                stdout=output, stderr=subprocess.DEVNULL)


def simulate(folder, seed, *options):
    """Logs of fixtures/simulate.py; gives their paths."""
    subprocess.run(["python3", str(ROOT / "fixtures/simulate.py"), "--out", str(folder), "--seed", str(seed),
                    "--now", NOW, *options], check=True, stdout=subprocess.DEVNULL)
    return sorted(str(path) for path in pathlib.Path(folder).rglob("*.jsonl*"))


NOW = "2026-01-05T12:00:00Z"
