"""The logs that are read, and the files that come of them."""
import calendar
import pathlib
import shutil
import subprocess
import sys
import time

import hosts as logs_of_hosts

BENCH = pathlib.Path(__file__).resolve().parent
ROOT = BENCH.parent
WORK = BENCH / "work"
VENV = BENCH / "venv"
PACKAGES = ("duckdb", "chdb")

# The logs end here; a day later no request is open any more.
END = "2026-01-05T12:00:00Z"
LATER = "2026-01-06T12:00:00Z"


def log(events, seed=1):
    """A log of a week with about so many events, written once: the same bytes on every machine."""
    folder = WORK / (f"events-{events}" if seed == 1 else f"events-{events}-seed-{seed}")
    if not (folder / "agents.jsonl").exists():
        print(f"writing {folder}", flush=True)
        part = folder.with_name(folder.name + ".part")
        subprocess.run(
            [sys.executable, ROOT / "fixtures" / "simulate.py", "--out", part, "--seed", str(seed),
             "--events", str(events), "--hours", "168", "--files", "1", "--now", END],
            check=True, stdout=subprocess.DEVNULL)
        if seed != 1:
            rename_requests(part / "agents.jsonl", seed)
        part.rename(folder)
    return folder / "agents.jsonl"


def hosts(events, count, days):
    """The folder with the logs of some hosts over the same days, written once."""
    folder = WORK / f"hosts-{events}-{count}-{days}"
    if not folder.exists():
        print(f"writing {folder}", flush=True)
        part = folder.with_name(folder.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        end = calendar.timegm(time.strptime(END, "%Y-%m-%dT%H:%M:%SZ")) * 1_000_000
        logs_of_hosts.write(part, events, count, days, end, seed=1)
        part.rename(folder)
    return folder


def rename_requests(path, seed):
    """Gives the requests of a log ids of their own: simulated ones are numbered alike for every seed,
    and a second log would go on with the requests of the first."""
    renamed = path.with_name("renamed")
    with open(path, "rb") as lines, open(renamed, "wb") as out:
        out.writelines(line.replace(b'"req-', b'"r%d-' % seed) for line in lines)
    renamed.rename(path)


def fresh(name):
    """A path for a database, with nothing of an earlier one left."""
    for leftover in WORK.glob(name + "*"):
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()
    return WORK / name


def python():
    """A Python with DuckDB and chDB, made on first use."""
    interpreter = VENV / "bin" / "python"
    # Through the interpreter: the `pip` of an environment that was copied writes into the first one.
    if not interpreter.exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    probe = "import " + ", ".join(PACKAGES)
    if subprocess.run([interpreter, "-c", probe], capture_output=True).returncode != 0:
        subprocess.run([interpreter, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    return interpreter
