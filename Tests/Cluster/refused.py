"""What a server refuses is said in one line, is kept, and is there once when the server takes it."""
import json
import os
import pathlib
import subprocess
import tempfile

from cluster import NOW, Failed, Server, free_port, simulate
from conform import compare


def said(text, *words):
    """One line that says all of some words, and no password."""
    lines = text.strip().splitlines()
    if len(lines) != 1 or not all(word in lines[0] for word in words) or "sésame" in text:
        raise Failed(f"instead of one line with {words}: {text}")


def refused(binary, server):
    with tempfile.TemporaryDirectory() as folder:
        logs = simulate(f"{folder}/logs", 8, "--requests", "200", "--hours", "20", "--files", "2")
        alone = f"{folder}/alone.db"
        binary.run("ingest", *logs, "--quiet", database=alone)

        def address(user, database, local, port=server.port):
            return f"clickhouse://{user}@127.0.0.1:{port}/{database}?local={folder}/{local}"

        def ingest(place, part=logs, code=3):
            return binary.run("ingest", *part, "--quiet", database=place, code=code)

        # Who never got in leaves no file.
        said(ingest(address("keeper", "a", "a.db")), "user", "password")
        said(ingest(address("reader", "a", "a.db")), "read")
        said(ingest(address("default", "a", "a.db", port=free_port())), "no answer from the server")
        said(binary.run("report", database=address("default", "nothing", "a.db"), code=3), "agentwatch ingest")
        said(ingest(address("default", "a", "a.db") + "&cluster=nothing"), "nothing", "?cluster=")
        if os.path.exists(f"{folder}/a.db"):
            raise Failed("a file was left by who was refused")

        # A quota ends in the middle; what is left is sent by who may.
        place = address("default", "quota", "quota.db")
        ingest(place, logs[:1], code=0)
        said(ingest(address("rare", "quota", "quota.db")), "quota")
        ingest(place, code=0)
        compare(binary, place, alone, some=(16, 0))

        # A user that only reads gets the same report.
        report = ["report", "--json", "--now", NOW]
        if binary.run(*report, database=address("reader", "quota", "none.db")) != binary.run(*report, database=alone):
            raise Failed("a user that only reads gets another report")

        # A newer agentwatch has made the tables.
        server.ask("INSERT INTO schema_version VALUES (9, 1)", "quota")
        said(ingest(place), "newer", "update agentwatch")
        said(binary.run("report", database=place, code=3), "newer", "update agentwatch")


def full_disk(binary, _):
    """The server's disk is full in the middle, and has room again later."""
    with tempfile.TemporaryDirectory() as folder, Server() as server:
        server.kill()
        data = pathlib.Path(server.folder) / "data"
        subprocess.run(["rm", "-rf", str(data)], check=True)
        data.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(data)], check=False).returncode != 0:
            print("full_disk: no disk may be mounted here")
            return
        try:
            server.start()
            logs = simulate(f"{folder}/logs", 9, "--requests", "4000", "--hours", "20", "--files", "1")
            place = server.address("full", f"{folder}/local.db")
            said(binary.run("ingest", *logs, "--quiet", database=place, code=3), "space")
            subprocess.run(["mount", "-o", "remount,size=200m", str(data)], check=True)
            binary.run("ingest", *logs, "--quiet", database=place)
            compare(binary, place, f"{folder}/local.db", some=(16, 0))
            held = [json.loads(binary.run("status", "--json", database=store))["events"]
                    for store in (place, f"{folder}/local.db")]
            if held[0] != held[1] or held[0] < 20_000:
                raise Failed(f"the server holds {held[0]} events, the file {held[1]}")
        finally:
            server.kill()
            subprocess.run(["umount", str(data)], check=True)
