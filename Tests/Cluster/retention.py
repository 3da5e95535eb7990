"""What one machine prunes on a server is gone for all of them, and reports are those of a pruned file."""
import contextlib
import json
import pathlib
import re
import sqlite3
import tempfile

from cluster import NOW, Failed, simulate
from conform import questions

WINDOWS = [[], ["--since", "2026-01-03T05:10:00Z", "--until", "2026-01-04T03:00:00Z"], ["--since", "2026-01-04T23:50:00Z"],
           ["--since", "2026-01-03T00:00:00Z"], ["--since", "11h"]]


def equal(what, ours, theirs):
    if ours != theirs:
        pairs = zip(ours.splitlines() + ["(end)"], theirs.splitlines() + ["(end)"])
        first = next((pair for pair in pairs if pair[0] != pair[1]), ("?", "?"))
        raise Failed(f"{what}:\n  server {first[0][:300]}\n  file   {first[1][:300]}")


def same_answers(binary, server, local, some):
    """Reports, refusals included, lists, single requests and the status."""
    refused = 0
    for number, question in enumerate(questions()):
        if number % some[0] != some[1]:
            continue
        window = [] if "--since" in question else WINDOWS[number // some[0] % len(WINDOWS)]
        for exact in [[], ["--exact"]]:
            words = ["report", "--json", "--now", NOW, *question, *window, *exact]
            ours, theirs = (binary.ask(*words, database=database) for database in (server, local))
            equal(" ".join(words), *(f"{done.returncode}\n{done.stdout}{done.returncode and done.stderr}"
                                     for done in (ours, theirs)))
            refused += theirs.returncode != 0
    if refused == 0:
        raise Failed("nothing was refused, although events are gone")
    for window in WINDOWS[:3]:
        lists = [sorted(line.rstrip(",") for line in binary.run(
            "requests", "--json", "--now", NOW, "--limit", "2000", *window, database=database).splitlines())
                 for database in (server, local)]
        equal(f"requests {window}", *("\n".join(lines) for lines in lists))
    listed = json.loads(binary.run("requests", "--json", "--now", NOW, "--limit", "400", "--since",
                                   "2026-01-03T00:00:00Z", database=local))["requests"]
    for request in listed[-6:]:
        words = ["request", request["request_id"], "--json", "--now", NOW]
        equal(" ".join(words), *(binary.run(*words, database=database) for database in (server, local)))
    status = [json.loads(binary.run("status", "--json", database=database)) for database in (server, local)]
    for name in ("events", "requests", "pruned_before"):
        if status[0][name] != status[1][name]:
            raise Failed(f"status: {name} is {status[0][name]} there and {status[1][name]} in the file")


def renamed(text, word):
    """The same lines with request ids of their own."""
    return re.sub(r'"([a-z0-9-]*)((?:req|ticket)-\w)', rf'"{word}-\1\2', text)


def pruned(binary, server, every=3):
    """Two machines, of which first the one prunes and then the other one; lines that come late are expired."""
    with tempfile.TemporaryDirectory() as folder:
        logs = []
        for number in (31, 32):
            files = [pathlib.Path(path) for path in simulate(
                f"{folder}/logs-{number}", number, "--requests", "700", "--hours", "60", "--files", "2")]
            for file in files:
                file.write_text(renamed(file.read_text(), f"at-{number}"))
            logs.append([str(file) for file in files])
        addresses = [server.address("pruned", f"{folder}/{number}.db") for number in range(2)]
        alone = f"{folder}/alone.db"
        (pathlib.Path(folder) / "empty.jsonl").write_text("\n")
        for address, file in zip([*addresses, alone], [f"{folder}/0.db", f"{folder}/1.db", alone]):
            binary.run("ingest", f"{folder}/empty.jsonl", "--quiet", database=address)
            # There are no minutes with as many events as have cells otherwise.
            with contextlib.closing(sqlite3.connect(file)) as database:
                database.execute("UPDATE settings SET value = 4 WHERE name = 'minute_cells_from'")
                database.commit()
        for files, address in zip(logs, addresses):
            binary.run("ingest", *files, "--quiet", database=address)
        binary.run("ingest", logs[0][0], "--quiet", database=addresses[0])
        binary.run("ingest", *logs[0], *logs[1], "--quiet", database=alone)
        late = pathlib.Path(folder) / "late.jsonl"
        lines = pathlib.Path(logs[0][0]).read_text().splitlines(True)
        late.write_text(renamed("".join(lines[:400] + lines[-400:]), "late"))
        for step, words in enumerate([["--keep", "36h"], ["--keep", "12h", "--keep-rollups", "36h"]]):
            told = [json.loads(binary.run("prune", *words, "--now", NOW, "--json", database=database))
                    for database in (addresses[step], alone)]
            for name in ("horizon", "cells_from", "events", "requests"):
                if told[0][name] != told[1][name] or not told[1]["events"]:
                    raise Failed(f"prune: {name} is {told[0][name]} there and {told[1][name]} in the file")
            kept = [server.ask("SELECT count() FROM events FINAL WHERE removed = 0", "pruned")[0][0],
                    str(json.loads(binary.run("status", "--json", database=alone))["events"])]
            if kept[0] != kept[1]:
                raise Failed(f"the server holds {kept[0]} events, the file {kept[1]}")
            minutes = server.ask("SELECT min(bucket), max(bucket) FROM cells WHERE width = 1", "pruned")[0]
            midnight = 29_458_080 + 1_440 * step  # of January 4
            if not midnight <= int(minutes[0]) < int(minutes[1]):
                raise Failed(f"there are cells of the minutes {minutes}")
            same_answers(binary, addresses[0], alone, (every, step % every))
            # The machine that did not prune knows of it.
            for database in (addresses[1 - step], alone):
                binary.run("ingest", str(late), "--quiet", database=database)
            same_answers(binary, addresses[1], alone, (every, (step + 1) % every))
            late.write_text(renamed(late.read_text(), "later"))
        for address in addresses:
            binary.run("prune", "--keep", "12h", "--now", NOW, database=address)
        same_answers(binary, addresses[0], alone, (every, 2 % every))
        back = f"{folder}/back.db"
        for _ in range(2):
            binary.run("migrate", "--from", addresses[0], "--to", back)
            same_answers(binary, back, alone, (every, 1 % every))
            binary.run("doctor", database=back)
        # What the file has pruned since does not come back, and is not taken to be there.
        for database in (back, alone):
            binary.run("prune", "--keep", "3h", "--now", NOW, database=database)
        binary.run("migrate", "--from", addresses[0], "--to", back, code=1)
        same_answers(binary, back, alone, (every, 0))
        binary.run("ingest", str(late), *logs[0], "--quiet", database=back)
        binary.run("ingest", str(late), *logs[0], "--quiet", database=alone)
        same_answers(binary, back, alone, (every, 0))
        for number in range(2):
            binary.run("doctor", database=f"{folder}/{number}.db")
