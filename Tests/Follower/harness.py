"""What the scenarios share: the program under test, writers beside it, and waiting with a deadline."""

import contextlib
import ctypes
import json
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

from numbered import Numbered
from recount import opened, problems

HERE = pathlib.Path(__file__).resolve().parent
# A busy machine is slow; a deadline is for what never comes.
PATIENCE = 120


class Broken(Exception):
    """The program does not do what it must."""


class Skipped(Exception):
    """This machine does not allow what the scenario needs."""


SCENARIOS = {}


def scenario(function):
    """Makes a function that takes a run one of those that follow.py plays."""
    SCENARIOS[function.__name__] = function
    return function


def wait_until(condition, what, seconds=PATIENCE, every=0.02):
    """Waits for a condition and gives its value."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Broken(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(every)


def die_with_parent():
    """Children of a scenario that is killed do not stay."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Process:
    """A running program whose output goes into files."""

    def __init__(self, folder, name, command, before=None, **options):
        self.name = name
        self.output = folder / f"{name}.out"
        self.complaints = folder / f"{name}.err"

        def prepare():
            die_with_parent()
            if before:
                before()

        with open(self.output, "ab") as out, open(self.complaints, "ab") as err:
            self.process = subprocess.Popen([str(word) for word in command], stdout=out, stderr=err,
                                            stdin=subprocess.DEVNULL, preexec_fn=prepare, **options)

    @property
    def pid(self):
        return self.process.pid

    @property
    def ended(self):
        return self.process.poll() is not None

    def said(self):
        """Everything it put on standard error so far."""
        return self.complaints.read_text(errors="replace")

    def send(self, what):
        self.process.send_signal(what)

    def kill(self):
        """As a crash of the machine, as far as processes go."""
        self.process.kill()
        self.process.wait()

    def finish(self, code=0, seconds=PATIENCE):
        """Waits for the end with an exit code."""
        try:
            found = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Broken(f"{self.name} did not end within {seconds} s: {self.said()[-2000:]}") from None
        if found != code:
            raise Broken(f"{self.name} ended with {found}, not {code}: {self.said()[-2000:]}")

    def stop(self, code=0, seconds=PATIENCE):
        """Asks it to end, as a service manager does; the seconds it took."""
        start = time.monotonic()
        self.send(signal.SIGTERM)
        self.finish(code, seconds)
        return time.monotonic() - start

    def memory(self):
        """Resident megabytes."""
        for line in open(f"/proc/{self.pid}/status"):
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0

    def files_held(self, folder):
        """The open files of a folder, those that are deleted included."""
        held = []
        for number in os.listdir(f"/proc/{self.pid}/fd"):
            # A file may be closed between the two looks.
            with contextlib.suppress(OSError):
                target = os.readlink(f"/proc/{self.pid}/fd/{number}")
                if target.startswith(f"{folder}/"):
                    held.append(target)
        return held


class Run:
    """One scenario: a folder for it alone, and the program."""

    def __init__(self, binary, seed, scratch=None):
        self.binary = pathlib.Path(binary).resolve()
        self.seed = seed
        self.random = random.Random(seed)
        self.home = tempfile.TemporaryDirectory(prefix="agentwatch-follow-", dir=scratch)
        self.folder = pathlib.Path(self.home.name)
        self.logs = self.made("logs")
        self.truth = self.made("truth")
        self.database = self.folder / "store.db"
        self.processes = []
        self.reader = None
        self.mounts = []

    def made(self, name):
        path = self.folder / name
        path.mkdir()
        return path

    def close(self):
        for process in self.processes:
            if not process.ended:
                process.kill()
        for mount in self.mounts:
            subprocess.run(["umount", "-l", mount], check=False)
        self.home.cleanup()

    def keep(self, process):
        self.processes.append(process)
        return process

    def tail(self, *patterns, name="tail", options=(), database=None, **more):
        """Follows; ends when told to."""
        command = [self.binary, "tail", "--db", database or self.database, *options, *patterns]
        reader = self.keep(Process(self.folder, name, command, cwd=self.folder, **more))
        # Another one that runs beside the first is not waited for.
        if self.reader is None or self.reader.ended:
            self.reader = reader
        return reader

    def drain(self, *patterns, options=(), database=None, seconds=PATIENCE, **more):
        """Follows until everything is read and quiet."""
        self.tail(*patterns, name="drain", options=("--until-idle", "1s", *options),
                  database=database, **more).finish(0, seconds)

    def writer(self, *options, name="writer", seed=None):
        command = [sys.executable, HERE / "writer.py", "--folder", self.logs, "--truth", self.truth,
                   "--seed", seed or self.seed, *options]
        return self.keep(Process(self.folder, name, command))

    def command(self, *words, code=0, **more):
        """Runs the program to its end; what it printed."""
        done = subprocess.run([str(word) for word in (self.binary, *words)], capture_output=True,
                              text=True, timeout=PATIENCE * 2, cwd=self.folder, check=False, **more)
        if code is not None and done.returncode != code:
            raise Broken(f"{' '.join(map(str, words))} ended with {done.returncode}: {done.stderr}")
        return done

    def keep_started(self, *words):
        """A command that runs beside the scenario."""
        name = f"{words[0]}-{len(self.processes)}"
        return self.keep(Process(self.folder, name, (self.binary, *words), cwd=self.folder))

    def ask(self, *words, **more):
        """A command's answer as JSON."""
        return json.loads(self.command(*words, "--json", **more).stdout)

    def status(self):
        return self.ask("status", "--db", self.database)

    def stored(self, database=None):
        """How many events are stored, 0 where there is no database yet."""
        try:
            connection = opened(database or self.database)
            count = connection.execute("SELECT count(*) FROM events").fetchone()[0]
            connection.close()
            return count
        except sqlite3.OperationalError:
            return 0

    def wait_stored(self, count, seconds=PATIENCE, database=None, every=0.05):
        def reached():
            if self.stored(database) >= count:
                return True
            if self.reader.ended:
                raise Broken(f"{self.reader.name} ended with {self.reader.process.returncode}: "
                             f"{self.reader.said()[-2000:]}")
            return False

        wait_until(reached, lambda: f"{count} events stored (there are {self.stored(database)}); "
                                    f"it said: {self.reader.said()[-2000:]}", seconds, every)

    def truths(self):
        return sorted(self.truth.iterdir())

    def recount(self, database=None, may_miss=frozenset()):
        """Holds the store against the truth."""
        found = problems(database or self.database, self.truths(), may_miss)
        if found:
            raise Broken("\n".join(found))

    def expect(self, condition, what):
        if not condition:
            raise Broken(what)


class Log:
    """A file that a scenario writes itself; what it wrote is put into the truth as well."""

    def __init__(self, run, name, writer, folder=None):
        self.run = run
        self.path = (folder or run.logs) / name
        self.events = Numbered(run.seed, writer)
        self.truth = run.truth / f"writer-{writer}.jsonl"
        self.count = 0
        self.truth.touch()

    def lines(self, count, to_truth=True):
        made = b"".join(self.events.next() for _ in range(count))
        self.count += count
        if to_truth:
            self.note(made)
        return made

    def note(self, data):
        with open(self.truth, "ab") as file:
            file.write(data)

    def put(self, data, path=None):
        with open(path or self.path, "ab") as file:
            file.write(data)

    def write(self, count):
        self.put(self.lines(count))

    def rotate(self, to):
        """Renames; the next write makes a new file."""
        target = self.path.with_name(to)
        self.path.rename(target)
        return target
