"""What goes wrong around the reader: locks, disks, permissions, signals, limits, other programs."""

import json
import os
import re
import resource
import signal
import sqlite3
import subprocess
import time

from harness import Broken, Log, Skipped, wait_until, scenario


@scenario
def database_locked(run, seconds=30):
    """Another program holds the database for a while; the reader waits and goes on."""
    log = Log(run, "agent.jsonl", 1)
    reader = run.tail(log.path)
    log.write(100)
    run.wait_stored(100)
    holder = sqlite3.connect(run.database, isolation_level=None, timeout=30)
    holder.execute("PRAGMA wal_autocheckpoint = 0")
    holder.execute("BEGIN IMMEDIATE")
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        log.write(20)
        time.sleep(0.2)
        run.expect(not reader.ended, f"it ended while the database was locked: {reader.said()}")
    run.expect(run.stored() == 100, "it wrote into a locked database")
    run.status()
    holder.execute("ROLLBACK")
    holder.close()
    run.wait_stored(log.count, 45)
    reader.stop()
    run.recount()
    return f"{seconds} s locked, then {log.count} events; it said: {reader.said().strip()[:300]!r}"


@scenario
def disk_full(run):
    """A disk of 20 MB fills up under the database and is freed."""
    disk = run.made("disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", disk],
                             capture_output=True, check=False)
    if mounted.returncode != 0:
        raise Skipped("mounting a small disk is not allowed here")
    run.mounts.append(disk)
    run.database = disk / "store.db"
    log = Log(run, "agent.jsonl", 1)
    log.write(20)
    reader = run.tail(log.path)
    run.wait_stored(20)
    filler = disk / "filler"
    free = os.statvfs(disk)
    with open(filler, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - (1 << 20))
    for _ in range(10):
        log.write(1500)
    wait_until(lambda: "full" in reader.said().lower(), "it says that the disk is full")
    run.expect(not reader.ended, f"it ended on a full disk: {reader.said()}")
    run.expect(run.stored() < log.count, "the disk was not full")
    run.status()
    log.write(100)
    before = reader.said().lower().count("full")
    filler.unlink()
    run.wait_stored(log.count, 90)
    reader.stop()
    run.recount()
    run.expect(before <= 5, f"it said {before} times that the disk is full")
    return f"{log.count} events; it said: {reader.said().strip()[:300]!r}"


def without_reading_all():
    """The words before a command that make root obey permissions."""
    caps = "-dac_override,-dac_read_search"
    words = ["setpriv", f"--inh-caps={caps}", f"--bounding-set={caps}"]
    tried = subprocess.run([*words, "true"], capture_output=True, check=False)
    if os.getuid() == 0 and tried.returncode != 0:
        raise Skipped("root's rights cannot be dropped here")
    return words if os.getuid() == 0 else []


@scenario
def permission(run):
    """A file that may not be read yet, one that comes unreadable; each is said once."""
    open_log, shut = Log(run, "open.jsonl", 1), Log(run, "shut.jsonl", 2)
    open_log.write(10)
    shut.write(10)
    shut.path.chmod(0)
    words = without_reading_all()
    run.binary = wrapped(run, words)
    reader = run.tail(f"{run.logs}/*.jsonl")
    run.wait_stored(10)

    def mentions():
        return reader.said().count("shut.jsonl")

    def given_back(count):
        wait_until(lambda: mentions() > count, lambda: f"the refusal is said: {reader.said()}")
        run.expect(not reader.ended, f"it ended: {reader.said()}")
        seen = mentions()
        # Time in which nothing may be said again.
        time.sleep(2)
        run.expect(mentions() == seen, f"it repeats itself: {reader.said()}")
        shut.path.chmod(0o644)

    given_back(0)
    run.wait_stored(20)
    shut.rotate("shut.jsonl.1")
    seen = mentions()
    os.close(os.open(shut.path, os.O_CREAT | os.O_WRONLY, 0o000))
    shut.write(10)
    given_back(seen)
    open_log.write(5)
    run.wait_stored(35)
    reader.stop()
    run.recount()
    return f"it said: {reader.said().strip()[:400]!r}"


def wrapped(run, words):
    """A program that is the one under test with some words before it."""
    script = run.folder / "agentwatch"
    script.write_text(f"#!/bin/sh\nexec {' '.join(words)} {run.binary} \"$@\"\n")
    script.chmod(0o755)
    return script


@scenario
def late_glob(run):
    """A pattern whose folder is not there yet."""
    folder = run.logs / "late"
    reader = run.tail(f"{folder}/*.jsonl")
    wait_until(run.database.exists, "the database is made")
    time.sleep(1)  # Several looks at nothing; it must neither end nor chatter.
    run.expect(not reader.ended, f"it ended: {reader.said()}")
    run.expect(len(reader.said().splitlines()) <= 2, f"it chatters: {reader.said()}")
    folder.mkdir()
    log = Log(run, "agent.jsonl", 1, folder)
    log.write(10)
    run.wait_stored(10)
    Log(run, "other.jsonl", 2, folder).write(10)
    run.wait_stored(20)
    reader.stop()
    run.recount()


@scenario
def two_followers(run):
    """The second follower of a database says who holds it, and ends with 3; the first goes on."""
    log = Log(run, "agent.jsonl", 1)
    log.write(10)
    first = run.tail(log.path)
    run.wait_stored(10)
    second = run.tail(log.path, name="second")
    second.finish(3)
    said = second.said().strip()
    run.expect(str(first.pid) in said and len(said.splitlines()) == 1, f"it said: {said}")
    log.write(10)
    run.wait_stored(20)
    first.kill()
    log.write(5)
    run.drain(log.path)
    run.recount()
    return said


@scenario
def stopped_under_load(run):
    """SIGTERM or SIGINT while lines pour in: an end with 0 within 5 s, and nothing lost."""
    writer = run.writer("--writers", 5, "--rate", 4000, "--rotate", "create", "--rotate-every", 3000)
    pattern = f"{run.logs}/*.jsonl*"
    slowest = 0
    for number, what in enumerate((signal.SIGTERM, signal.SIGINT, signal.SIGTERM)):
        before = run.stored()
        reader = run.tail(pattern, name=f"tail-{number}", options=("--json",))
        run.wait_stored(before + 1000)
        # It makes it look again and nothing else.
        reader.send(signal.SIGHUP)
        run.wait_stored(before + 2000)
        start = time.monotonic()
        reader.send(what)
        reader.finish(0)
        slowest = max(slowest, time.monotonic() - start)
        lines = [json.loads(line) for line in reader.output.read_text().splitlines()]
        run.expect(lines and all("time" in line and "lines" in line for line in lines),
                   f"--json gave {lines[:1]}")
        told, found = sum(line["events"] for line in lines), run.stored() - before
        run.expect(told == found, f"--json told of {told} events, stored are {found}")
    run.expect(slowest < 5, f"it took {slowest:.1f} s to end")
    writer.stop()
    run.drain(pattern, seconds=120)
    run.recount()
    return f"the slowest end took {slowest:.2f} s; {run.stored()} events"


@scenario
def all_at_once(run, seconds=8):
    """tail, ingest, report, check and status at once on one database and on the same files."""
    writer = run.writer("--writers", 2, "--rate", 1500, "--rotate", "create", "--rotate-every", 1500)
    pattern = f"{run.logs}/*.jsonl*"
    reader = run.tail(pattern)
    run.wait_stored(50)
    until = time.monotonic() + seconds
    rounds = 0
    while time.monotonic() < until:
        files = [path for path in sorted(run.logs.glob("*.jsonl")) if path.exists()]
        first = run.keep_started("ingest", "--db", run.database, *files)
        for words in (("report", "--json"), ("check", "--json"), ("status", "--json")):
            done = run.command(words[0], "--db", run.database, *words[1:], code=None)
            # Rules without data end with 3 as an error does, but without a word.
            run.expect(done.returncode in ((0, 1, 2, 3) if words[0] == "check" else (0,)) and not done.stderr,
                       f"{words[0]} ended with {done.returncode}: {done.stderr}")
        first.process.wait()
        said = first.said()
        # A file that was renamed just then is not there; nothing else may go wrong.
        run.expect(first.process.returncode == 0 or "No such file" in said, f"ingest: {said}")
        run.expect(not reader.ended, f"tail ended: {reader.said()}")
        rounds += 1
    writer.stop()
    run.wait_stored(sum(path.read_bytes().count(b"\n") for path in run.truths()))
    reader.stop()
    run.command("ingest", "--db", run.database, *run.logs.iterdir())
    run.recount()
    return f"{rounds} rounds, {run.stored()} events"


@scenario
def many_files(run, count=10_000):
    """More files than may be open, a few of them live, one of them big."""
    with open(run.truth / "many.jsonl", "ab") as truth:
        for number in range(count):
            data = small_file(run, number)
            truth.write(data)
            (run.logs / f"file-{number}.jsonl").write_bytes(data)
    big = Log(run, "big.jsonl", 1)
    big.write(60_000)
    live = [Log(run, f"live-{number}.jsonl", number) for number in range(2, 6)]
    for log in live:
        log.write(1)
    limit = 256
    reader = run.tail(f"{run.logs}/*.jsonl", before=lambda: resource.setrlimit(
        resource.RLIMIT_NOFILE, (limit, limit)))
    total = 2 * count + big.count
    while run.stored() < total // 2:
        for log in live:
            log.write(1)
        if reader.ended:
            raise Broken(f"it ended: {reader.said()[-2000:]}")
        time.sleep(0.1)
    during = sum(log.count for log in live)
    run.wait_stored(total + during, 120)
    memory = reader.memory()
    log = live[0]
    log.write(3)
    start = time.monotonic()
    run.wait_stored(total + during + 3)
    seen = time.monotonic() - start
    reader.stop()
    run.recount()
    run.expect(not re.search("too many open files", reader.said(), re.I), reader.said()[-500:])
    order = live_order(run)
    return f"{run.stored()} events, {memory:.0f} MB, a line after that seen in {seen:.2f} s; {order}"


def small_file(run, number):
    """Two events, the first of which many files have in common but for the number."""
    lines = []
    for part in range(2):
        lines.append(json.dumps({
            "event": "tool_call", "tool": "t", "request_id": f"many-{number}", "latency_ms": 5,
            "timestamp": 1_767_500_000_000_000 + number * 10 + part, "n": 900 * 10**9 + number * 2 + part}))
    return ("\n".join(lines) + "\n").encode()


def live_order(run):
    """Live lines that were written while the big file was read are not stored behind all of it."""
    connection = sqlite3.connect(f"file:{run.database}?mode=ro", uri=True)
    ids = """SELECT e.id FROM events e JOIN sources s ON s.id = e.source
        WHERE s.path LIKE ? ORDER BY e.id"""
    big = [row[0] for row in connection.execute(ids, ("%/big.jsonl",))]
    live = [row[0] for row in connection.execute(ids, ("%/live-%",))]
    connection.close()
    within = sum(number < big[-1] for number in live)
    run.expect(within >= 8, f"{within} of {len(live)} live lines were stored before the big file was")
    return f"{within} of {len(live)} live lines were stored before the end of the big file"
