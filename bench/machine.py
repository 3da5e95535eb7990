"""What was measured, on what, and when."""
import datetime
import os
import pathlib
import platform
import subprocess

from corpus import PACKAGES, ROOT


def facts(python):
    """Date, commit, machine and versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "commit": commit(),
        "machine": {
            "processor": processor(), "cores": os.cpu_count(), "memory_gb": round(memory / 2**30),
            "system": platform.platform(), "load_at_start": os.getloadavg()[0]},
        "versions": {
            **{package: version(python, package) for package in PACKAGES},
            "python": platform.python_version(),
            "swift": output(["swift", "--version"]).split("\n")[0],
        },
    }


def commit():
    """The commit, marked where files differ from it."""
    name = output(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]) or "unknown"
    changed = output(["git", "-C", str(ROOT), "status", "--porcelain", "--untracked-files=no"])
    return name + ("-changed" if changed else "")


def processor():
    """The name of the processor."""
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def version(python, package):
    """The version of an installed Python package."""
    return output([str(python), "-c",
                   f"from importlib.metadata import version; print(version('{package}'))"])


def output(command):
    """What a command prints; nothing where it fails."""
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""
