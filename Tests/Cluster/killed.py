"""Followers and servers that are killed again and again lose nothing and count nothing twice."""
import contextlib
import pathlib
import random
import sqlite3
import tempfile
import time

from cluster import Failed, simulate, until
from conform import compare

MOST_SECONDS = 120


def tables(server, database):
    """Everything that counts in the server's tables, but for versions."""
    questions = {
        "events": """SELECT writer, number, timestamp, request_id, agent, user, session, subject, error_class, flags,
            latency, cost, source, line_offset FROM events FINAL WHERE removed = 0 ORDER BY writer, number""",
        "requests": """SELECT request_id, part, agent, begun_at, ended_at, outcome, llm_calls, tool_calls, cost
            FROM requests FINAL WHERE removed = 0 ORDER BY request_id, part, writer""",
        "cells": """SELECT series, width, bucket, agent, subject, provider, code, cityHash64(cell)
            FROM cells FINAL WHERE removed = 0
            ORDER BY series, width, bucket, agent, subject, provider, code, cityHash64(cell)""",
        "quarters": "SELECT bucket, units, has_minutes FROM quarters FINAL WHERE units != 0 ORDER BY bucket",
        "ledger": "SELECT sum(lines), sum(events), sum(duplicates), sum(rejected) FROM ledger FINAL",
    }
    return {name: server.ask(sql, database) for name, sql in questions.items()}


class Writer:
    """Appends the lines of a log to files, a part at a time."""

    def __init__(self, sources, folder):
        self.files = []
        for number, source in enumerate(sources):
            target = pathlib.Path(folder) / f"live-{number}.jsonl"
            target.touch()
            self.files.append((pathlib.Path(source).read_text().splitlines(True), target))
        self.parts = 0

    def write(self, part, parts):
        """Appends one of so many parts of every file."""
        for lines, target in self.files:
            with target.open("a") as file:
                file.writelines(lines[len(lines) * part // parts:len(lines) * (part + 1) // parts])


def has_joined(local):
    """Whether a machine's file belongs to a database, all of whose tables are there by then."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{local}?mode=ro", uri=True)) as database:
            return database.execute("SELECT count(*) FROM cluster_member").fetchone() == (1,)
    except sqlite3.Error:
        return False  # it is being made


def kill_loop(binary, server, seed, kills, kill_server):
    """Kills the follower, or the server below it, at moments of chance while a log grows."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        logs = simulate(folder + "/logs", seed, "--requests", "600", "--hours", "8", "--files", "2")
        writer = Writer(logs, folder)
        pattern = f"{folder}/live-*.jsonl"
        database, local = "killed", f"{folder}/local.db"
        address = server.address(database, local)
        follower = binary.start("tail", pattern, "--quiet", database=address)
        # A follower that never reached its server says so and ends.
        until(lambda: has_joined(local), "the follower has not joined the database", MOST_SECONDS)
        try:
            for number in range(kills):
                writer.write(number, kills)
                time.sleep(chance.uniform(0.05, 0.8))
                if kill_server:
                    server.kill()
                    time.sleep(chance.uniform(0, 0.3))
                    server.start()
                else:
                    follower.kill()
                    follower.wait()
                    follower = binary.start("tail", pattern, "--quiet", database=address)
                if follower.poll() is not None:
                    raise Failed(f"seed {seed}: the follower ended with {follower.returncode}")
        finally:
            follower.kill()
            follower.wait()
        binary.run("tail", pattern, "--quiet", "--until-idle", "100ms", database=address)
        once = f"{folder}/once.db"
        files = sorted(str(path) for path in pathlib.Path(folder).glob("live-*.jsonl"))
        binary.run("ingest", *files, "--quiet", database=server.address("once", once))
        killed, expected = tables(server, database), tables(server, "once")
        for name, rows in expected.items():
            theirs = killed[name]
            if name == "events":
                # Numbers and writers differ; what lines say does not.
                rows, theirs = (sorted(row[2:] for row in table) for table in (rows, theirs))
            if rows != theirs:
                raise Failed(f"seed {seed}: {name} differ: {len(rows)} rows and {len(theirs)}")
        compare(binary, address, local, some=(8, seed))


def follower_killed(binary, server, seed=1, kills=20):
    kill_loop(binary, server, seed, kills, kill_server=False)


def server_killed(binary, server, seed=1, kills=20):
    kill_loop(binary, server, seed, kills, kill_server=True)
