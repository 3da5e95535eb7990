"""Reports from a server are those of the store on one machine, byte for byte."""
import contextlib
import json
import pathlib
import sqlite3
import tempfile
import time

from cluster import NOW, Failed, simulate

BREAKDOWNS = ["", "agent", "model", "provider", "tool", "error", "user", "session", "outcome", "minute", "hour", "day",
              "agent,hour", "model,error", "tool,error", "agent,outcome", "user,day"]
VARIATIONS = [
    ["--by", "hour", "--tz", "Asia/Kolkata"],
    ["--by", "day", "--tz", "Pacific/Chatham"],
    ["--by", "agent,hour", "--tz", "America/New_York", "--since", "24h"],
    ["--since", "15m"],
    ["--by", "agent", "--since", "2026-01-05T03:17:21.5Z", "--until", "2026-01-05T11:50:00Z"],
    ["--by", "model", "--where", "agent=researcher,coder"],
    ["--where", "agent=(none)"],
    ["--by", "outcome", "--where", "outcome=open,completed"],
    ["--where", "outcome=(none)"],
    ["--where", "error=rate_limit,timeout"],
    ["--by", "error", "--where", "error=(none)"],
    ["--by", "agent", "--where", "model=gpt-4o"],
    ["--where", "tool=web_search", "--since", "6h"],
    ["--where", "agent=support-bot", "--since", "1h"],
    ["--where", "agent=nobody"],
    ["--since", "6h", "--compare", "1d"],
]


def questions():
    for by in BREAKDOWNS:
        yield ["--by", by] if by else []
    yield from VARIATIONS


def same(binary, server, local, words, in_any_order=False):
    """Asks both the same; `in_any_order`: requests that closed at one moment may stand in any order."""
    ours, theirs = (binary.run(*words, database=database) for database in (server, local))
    if in_any_order:
        ours, theirs = ("\n".join(sorted(line.rstrip(",") for line in text.splitlines())) for text in (ours, theirs))
    if ours != theirs:
        pairs = zip(ours.splitlines() + ["(end)"], theirs.splitlines() + ["(end)"])
        first = next((pair for pair in pairs if pair[0] != pair[1]), ("?", "?"))
        raise Failed(f"{' '.join(words)}:\n  server {first[0][:300]}\n  file   {first[1][:300]}")


def compare(binary, server, local, some=None):
    """Compares reports, lists and single requests; `some`: every how manieth question."""
    for index, question in enumerate(questions()):
        if some and index % some[0] != some[1] % some[0]:
            continue
        for exact in [[], ["--exact"]]:
            same(binary, server, local, ["report", "--json", "--now", NOW, *question, *exact])
    same(binary, server, local, ["report", "--since", "24h", "--now", NOW])
    for words in [[], ["--failed"], ["--sort", "cost"], ["--where", "model=gpt-4o"], ["--where", "error=rate_limit,timeout"],
                  ["--where", "tool=web_search", "--since", "24h"], ["--search", "timeout"], ["--search", "req-00 u-0"]]:
        same(binary, server, local, ["requests", "--json", "--now", NOW, "--limit", "500", *words], in_any_order=True)
    listed = json.loads(binary.run("requests", "--json", "--now", NOW, "--limit", "40", database=local))
    for request in listed["requests"]:
        same(binary, server, local, ["request", request["request_id"], "--json", "--now", NOW])


def conformance(binary, server, seeds, every=4):
    """Simulated logs in parts, so that requests change after they were sent; `every`: how manieth question."""
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            logs = simulate(folder + "/logs", seed, "--requests", "150", "--hours", "30", "--files", "3")
            local = f"{folder}/local.db"
            address = server.address(f"conform_{seed}", local)
            for part in [logs[:1], logs[1:2], logs]:
                binary.run("ingest", *part, "--quiet", database=address)
            compare(binary, address, local, some=(every, seed))


def many_days(binary, server):
    """A log of 150 days, more than a server of today stores at once."""
    with tempfile.TemporaryDirectory() as folder:
        logs = simulate(f"{folder}/logs", 61, "--requests", "1500", "--hours", "3600", "--files", "1")
        address, alone = server.address("days", f"{folder}/0.db"), f"{folder}/alone.db"
        for file in (f"{folder}/0.db", alone):
            binary.run("ingest", *logs, "--quiet", database=file)
            with contextlib.closing(sqlite3.connect(file)) as database:
                database.execute("UPDATE settings SET value = 1 WHERE name = 'minute_cells_from'")
                database.commit()
            binary.run("doctor", "--rebuild", database=file)
        binary.run("ingest", *logs, "--quiet", database=address)
        days = server.ask("SELECT uniqExact(intDiv(minute, 1440)) FROM events", "days")[0][0]
        minutes = server.ask("SELECT uniqExact(intDiv(bucket, 1440)) FROM cells WHERE width = 1", "days")[0][0]
        if min(int(days), int(minutes)) <= 100:
            raise Failed(f"there are events of {days} days, and cells of minutes of {minutes}")
        for words in (["--since", "200d"], ["--since", "200d", "--by", "day"], ["--since", "200d", "--exact"], []):
            same(binary, address, alone, ["report", "--json", "--now", NOW, *words])


def cases(binary, server):
    """The cases that are worked out by hand, a file a line and from behind."""
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    files = [root / "fixtures/cases" / name for name in ("a.jsonl", "b.jsonl")]
    lines = [line for file in files for line in file.read_text().splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        local = f"{folder}/local.db"
        address = server.address("cases", local)
        for number, line in reversed(list(enumerate(lines))):
            path = pathlib.Path(folder) / f"{10_000 + number}.jsonl"
            path.write_text(line + "\n")
        paths = sorted(str(path) for path in pathlib.Path(folder).glob("1*.jsonl"))
        for begin in reversed(range(0, len(paths), 40)):
            binary.run("ingest", *paths[begin:begin + 40], "--quiet", database=address)
        now = json.loads((root / "fixtures/cases/expected.json").read_text())
        for request in now["requests"]:
            same(binary, address, local, ["request", request, "--json", "--now", now["now"]])
        compare(binary, address, local, some=(8, 0))
        # The same file cannot go on elsewhere, nor after the database was made anew.
        binary.run("ingest", paths[0], "--quiet", database=server.address("elsewhere", local), code=3)
        server.ask("DROP DATABASE cases")
        told = binary.run("ingest", paths[0], "--quiet", database=address, code=3)
        if "another database" not in told:
            raise Failed(f"a database that was made anew: {told}")


def migrated(binary, server):
    """A file goes to a server, is broken off on the way, and comes back as another file that answers the same."""
    with tempfile.TemporaryDirectory() as folder:
        logs = simulate(f"{folder}/logs", 5, "--requests", "1500", "--hours", "60", "--files", "3")
        local, back = f"{folder}/local.db", f"{folder}/back.db"
        # A line that is no event is counted, too.
        (pathlib.Path(folder) / "odd.jsonl").write_text("no event\n")
        binary.run("ingest", *logs, f"{folder}/odd.jsonl", "--quiet", database=local)
        before = f"{folder}/before.db"
        binary.run("backup", before, database=local)
        address = server.address("moved", local)
        plain = address.split("?", maxsplit=1)[0]
        killed(binary, ["migrate", "--from", local, "--to", plain], 0.4)
        moved = json.loads(binary.run("migrate", "--from", local, "--to", plain, "--json"))
        if moved["differing_days"] or moved["days"] < 3 or moved["events"] < 5_000:
            raise Failed(f"there: {moved}")
        if json.loads(binary.run("migrate", "--from", local, "--to", plain, "--json")) != moved:
            raise Failed("moving it again is not the same")
        compare(binary, address, before, some=(6, 1))
        killed(binary, ["migrate", "--from", address, "--to", back], 0.4)
        came = json.loads(binary.run("migrate", "--from", address, "--to", back, "--json"))
        if came != moved:
            raise Failed(f"back: {came}, there: {moved}")
        if json.loads(binary.run("migrate", "--from", address, "--to", back, "--json")) != moved:
            raise Failed("moving it back again is not the same")
        compare(binary, back, before)
        binary.run("doctor", database=back)
        # How far it has got is kept like a place in a file, and is no number of bytes.
        listed = json.loads(binary.run("sources", "list", "--json", database=back))["sources"]
        marks = [source for source in listed if source["path"].startswith("clickhouse://")]
        if [(mark["size"], mark["lag_bytes"]) for mark in marks] != [(0, 0)] * 2:
            raise Failed(f"the marks are shown as {marks}")
        # The machine goes on with its files where it was, and a file with something else is not filled.
        binary.run("ingest", *logs, "--quiet", database=back)
        compare(binary, back, before, some=(6, 2))
        binary.run("migrate", "--from", address, "--to", before, code=3)
        binary.run("migrate", "--from", local, "--to", back, code=3)


def killed(binary, words, seconds):
    """Runs a command and kills it after some time."""
    running = binary.start(*words)
    time.sleep(seconds)
    running.kill()
    running.wait()
