"""Rotation by the real logrotate, and files that are moved, linked, copied and packed by hand."""

import gzip
import os
import shutil
import signal
import subprocess

from harness import Log, Skipped, wait_until, scenario

LOGROTATE = "/usr/sbin/logrotate"


class Logrotate:
    """The real program, with a configuration for one scenario."""

    def __init__(self, run, writer, mode, delay):
        if not os.path.exists(LOGROTATE):
            raise Skipped("logrotate is not installed")
        if os.getuid() != 0:
            raise Skipped("logrotate wants a configuration that root owns")
        self.run = run
        self.writer = writer
        self.is_copy = mode == "copytruncate"
        self.file = run.folder / "logrotate.conf"
        # Without delaycompress, what the writer puts into the old file after it was packed would be in no file
        # at all: it is waited for, as those who rotate so have to.
        left = f"while ls -l /proc/{writer.pid}/fd | grep -q 'jsonl[.]1$'; do sleep 0.01; done"
        reopen = f"postrotate\nkill -HUP {writer.pid}\n{left}\nendscript"
        self.file.write_text(
            f"{run.logs}/*.jsonl {{\nrotate 500\nmissingok\n{mode}\ncompress\n"
            f"{'delaycompress' if delay else ''}\n{'' if self.is_copy else reopen}\nsharedscripts\n}}\n")
        self.file.chmod(0o644)

    def rotate(self):
        """What the writer puts between copy and truncate would be lost, so it holds still there."""
        if self.is_copy:
            self.writer.send(signal.SIGSTOP)
            wait_until(lambda: self.writer_state() == "T", "the writer holds still")
        subprocess.run([LOGROTATE, "-f", "-s", self.run.folder / "logrotate.state", self.file],
                       check=True, capture_output=True)
        self.writer.send(signal.SIGCONT)

    def writer_state(self):
        with open(f"/proc/{self.writer.pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0]


def written(run):
    """How many lines were written so far."""
    return sum(path.read_bytes().count(b"\n") for path in run.truths())


def logrotate(run, mode, delay, pattern, rounds=5):
    """Rotates while the reader runs, at any distance behind, and while it is stopped."""
    writer = run.writer("--writers", 3, "--rate", 1500,
                        "--pieces", 0 if mode == "copytruncate" else 0.1)
    rotation = Logrotate(run, writer, mode, delay)
    followed = f"{run.logs}/{pattern}"
    wait_until(lambda: written(run) > 100, "the writer writes")
    for number in range(rounds):
        reader = run.tail(followed, name=f"tail-{number}")
        run.wait_stored(written(run) + 300)
        rotation.rotate()
        # A file that came and went between two looks, where no pattern matches its later name,
        # was never seen by anybody.
        run.wait_stored(written(run) + 100)
        rotation.rotate()
        run.wait_stored(written(run) + 100)
        reader.kill() if number % 2 else reader.stop()
        before = written(run)
        wait_until(lambda: written(run) > before + 200, "the writer goes on")
        rotation.rotate()
    writer.stop()
    run.drain(followed)
    run.recount()
    return f"{run.stored()} events, {3 * rounds} rotations of {len(list(run.logs.iterdir()))} files"


@scenario
def logrotate_create(run):
    return logrotate(run, "create", False, "*.jsonl")


@scenario
def logrotate_create_delayed(run):
    return logrotate(run, "create", True, "*.jsonl")


@scenario
def logrotate_copytruncate(run):
    return logrotate(run, "copytruncate", False, "*.jsonl*")


@scenario
def logrotate_copytruncate_delayed(run):
    return logrotate(run, "copytruncate", True, "*.jsonl*")


@scenario
def logrotate_create_all_names(run):
    return logrotate(run, "create", True, "*.jsonl*")


@scenario
def logrotate_copytruncate_one_name(run):
    return logrotate(run, "copytruncate", True, "*.jsonl")


def gzipped(path):
    """As logrotate leaves it: another file, the first one gone."""
    subprocess.run(["gzip", path], check=True)
    return path.with_name(path.name + ".gz")


@scenario
def ingested_then_tailed(run):
    """One file by `ingest`, then by `tail`, then renamed, gzipped and read again by both: once."""
    log = Log(run, "agent.jsonl", 1)
    log.write(200)
    run.command("ingest", "--db", run.database, log.path)
    reader = run.tail(f"{run.logs}/*.jsonl*")
    log.write(50)
    run.wait_stored(250)
    log.write(30)
    old = log.rotate("agent.jsonl.1")
    log.write(10)
    run.wait_stored(290)
    reader.stop()
    packed = gzipped(old)
    log.write(10)
    run.drain(f"{run.logs}/*.jsonl*")
    for path in (packed, log.path):
        answer = run.ask("ingest", "--db", run.database, path)
        run.expect(answer["lines"] == 0, f"ingest read {answer['lines']} lines of {path.name} again")
    run.recount()


@scenario
def archive_of_unread(run):
    """What was not read before the file was packed is read from the archive, whatever the pattern."""
    log = Log(run, "agent.jsonl", 1)
    log.write(100)
    run.drain(log.path)
    log.write(60)
    gzipped(log.rotate("agent.jsonl.1"))
    log.write(5)
    run.drain(log.path)
    run.recount()


@scenario
def cut_archive(run):
    """An archive that is not whole is reported, and read when it is."""
    log = Log(run, "agent.jsonl", 1)
    data = gzip.compress(log.lines(3000)) + gzip.compress(log.lines(500))
    path = run.logs / "old.jsonl.gz"
    path.write_bytes(data[:len(data) // 3])
    reader = run.tail(f"{run.logs}/*")

    def error():
        sources = run.status()["sources"] if run.database.exists() else []
        return reader.said().count("old.jsonl.gz") or any(source["error"] for source in sources)

    wait_until(error, "the cut archive is reported")
    with open(path, "ab") as file:
        file.write(data[len(data) // 3:])
    run.wait_stored(3500)
    reader.stop()
    run.expect(reader.said().count("old.jsonl.gz") <= 2, f"it said too much: {reader.said()}")
    run.recount()


@scenario
def link_retargeted(run):
    """A link that is turned to another file: the old one is drained, the new one is read."""
    one, two = Log(run, "day-1.log", 1), Log(run, "day-2.log", 2)
    link = run.logs / "current.jsonl"
    link.symlink_to(one.path)
    one.write(100)
    reader = run.tail(link)
    run.wait_stored(100)
    one.write(20)
    two.write(30)
    fresh = run.logs / "fresh"
    fresh.symlink_to(two.path)
    fresh.rename(link)
    run.wait_stored(150)
    two.write(5)
    run.wait_stored(155)
    reader.stop()
    run.recount()


@scenario
def deleted_while_open(run):
    """What stood in a file when it was deleted is read, and the file is let go."""
    logs = [Log(run, f"agent-{number}.jsonl", number) for number in range(1, 21)]
    for log in logs:
        log.write(10)
    reader = run.tail(f"{run.logs}/*.jsonl")
    run.wait_stored(200)
    for log in logs:
        log.write(40)
        log.path.unlink()
    run.wait_stored(1000)

    def held():
        return [path for path in reader.files_held(run.logs) if path.endswith("(deleted)")]

    wait_until(lambda: not held(), lambda: f"deleted files are let go: {held()}", 90, 0.2)
    reader.stop()
    run.recount()


@scenario
def held_files(run):
    """The reader does not gather open files over many rotations."""
    log = Log(run, "agent.jsonl", 1)
    reader = run.tail(f"{run.logs}/*.jsonl")
    for number in range(1, 31):
        log.write(20)
        run.wait_stored(20 * number)
        log.rotate(f"agent.jsonl.{number}")
        old = run.logs / f"agent.jsonl.{number - 3}"
        if old.exists():
            old.unlink()

    def few():
        return len(reader.files_held(run.logs)) <= 4

    wait_until(few, lambda: f"few files are open: {reader.files_held(run.logs)}", 90, 0.2)
    reader.stop()
    run.recount()


@scenario
def from_end(run):
    """What is skipped is known all the same: its copy is not read."""
    log = Log(run, "agent.jsonl", 1)
    log.put(log.lines(300, to_truth=False))
    pattern = f"{run.logs}/*.jsonl*"
    reader = run.tail(pattern, options=("--from-end",))
    size = log.path.stat().st_size
    wait_until(lambda: run.database.exists() and [s for s in run.status()["sources"] if s["offset"] == size],
               "the file's end is noted")
    log.write(50)
    run.wait_stored(50)
    reader.stop()
    log.write(20)
    shutil.copyfile(log.path, run.logs / "agent.jsonl.1")
    os.truncate(log.path, 0)
    log.write(7)
    run.drain(pattern, options=("--from-end",))
    run.recount()


@scenario
def truncated_and_regrown(run):
    """Truncated and written past the old offset, with the reader stopped and with it running."""
    log = Log(run, "agent.jsonl", 1)
    log.write(50)
    run.drain(log.path)
    for lines in (200, 400):
        log.path.write_bytes(b"")
        log.write(lines)
        run.drain(log.path)
    reader = run.tail(log.path)
    size = log.path.stat().st_size
    for _ in range(5):
        run.wait_stored(log.count)
        # In one step, so that no look sees the file small.
        data = log.lines(100)
        while len(data) <= size:
            data += log.lines(100)
        size = len(data)
        descriptor = os.open(log.path, os.O_WRONLY)
        os.truncate(log.path, 0)
        os.write(descriptor, data)
        os.close(descriptor)
    run.wait_stored(log.count)
    reader.stop()
    run.recount()
