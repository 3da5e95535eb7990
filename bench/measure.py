"""Runs processes and keeps what they took."""
import dataclasses
import os
import statistics
import subprocess
import sys
import time


@dataclasses.dataclass
class Run:
    """One process from start to end."""

    seconds: float
    cpu: float
    memory_mb: float


def run(command):
    """Runs a command to its end; stops the program where it fails."""
    command = [str(part) for part in command]
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    if status != 0:
        sys.exit(f"failed: {' '.join(command)}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def alternate(sides, runs):
    """The summaries of some named callables that each make one `Run`, run in turn (A B A B ...).

    In turn, because the machines this runs on change their speed; the first run of each counts, too.
    """
    results = {name: [] for name in sides}
    for turn in range(runs):
        for name, side in sides.items():
            took = side()
            results[name].append(took)
            print(f"  run {turn + 1}  {name:34} {took.seconds:8.3f} s  cpu {took.cpu:8.3f} s"
                  f"  {took.memory_mb:5.0f} MB", flush=True)
    return {name: summary(runs) for name, runs in results.items()}


def summary(runs):
    """Medians over some runs, and the largest memory of any."""
    return {
        "n": len(runs),
        "seconds": statistics.median(run.seconds for run in runs),
        "cpu": statistics.median(run.cpu for run in runs),
        "memory_mb": max(run.memory_mb for run in runs),
    }
