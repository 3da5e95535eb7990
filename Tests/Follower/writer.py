#!/usr/bin/env python3
"""Several writers of numbered events, whose files rotate while they are written.

Everything that is written is also put, in one piece, into the folder of truth. Ends after --events
lines, after --seconds, when --stop exists, or at SIGTERM, always with whole lines; SIGHUP makes it
open its files anew, as a log rotation asks for.
"""

import argparse
import os
import pathlib
import random
import shutil
import signal
import subprocess
import time

from numbered import Numbered


class LogFile:
    """One writer's file: whole lines or pieces of them go in, and it is rotated."""

    def __init__(self, options, number):
        self.options = options
        self.random = random.Random(f"{options.seed}-file-{number}")
        self.path = pathlib.Path(options.folder) / f"agent-{number}.jsonl"
        self.events = Numbered(options.seed, number)
        self.truth = open(pathlib.Path(options.truth) / f"agent-{number}.jsonl", "ab", buffering=0)
        self.rest = b""
        self.lines = 0
        self.old_lines = 0
        self.open()

    def open(self):
        self.file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def reopen(self):
        """Goes over to a new file at the same path, not in the midst of a line."""
        os.write(self.file, self.rest)
        self.rest = b""
        os.close(self.file)
        self.open()

    def step(self):
        """Writes a line, or a piece of one, or the rest of one."""
        if not self.rest:
            self.rest = self.events.next()
            self.truth.write(self.rest)
        cut = len(self.rest)
        if self.random.random() < self.options.pieces:
            cut = self.random.randrange(1, cut + 1)
        piece, self.rest = self.rest[:cut], self.rest[cut:]
        os.write(self.file, piece)
        if self.rest:
            return False
        self.lines += 1
        self.rotate_when_due()
        return True

    def rotate_when_due(self):
        if self.old_lines > 0:
            # The old file is written on for a while, as until a program learns of the rotation.
            self.old_lines -= 1
            if self.old_lines == 0:
                self.reopen()
        elif self.options.rotate != "none" and self.lines >= self.options.rotate_every:
            self.lines = 0
            self.rotate()

    def rotate(self):
        self.shift()
        first = self.rotated(1)
        if self.options.rotate == "copytruncate":
            shutil.copyfile(self.path, first)
            os.ftruncate(self.file, 0)
        else:
            self.path.rename(first)
            self.old_lines = self.random.choice((0, 0, 3))
            if self.old_lines == 0:
                self.reopen()
        self.compress()

    def rotated(self, number):
        return self.path.with_name(f"{self.path.name}.{number}")

    def shift(self):
        """Moves the older files on by one."""
        for number in range(self.options.keep, 0, -1):
            for ending in ("", ".gz", ".zst"):
                old = self.rotated(f"{number}{ending}")
                if old.exists():
                    old.rename(self.rotated(f"{number + 1}{ending}"))

    def compress(self):
        """The second newest file is nobody's any more; the real programs do it."""
        command = {"gzip": ["gzip", "-f"], "zstd": ["zstd", "-q", "--rm", "-f"]}.get(self.options.compress)
        if command and self.rotated(2).exists():
            subprocess.run([*command, self.rotated(2)], check=True)

    def finish(self):
        """Ends the line that is begun."""
        if self.rest:
            os.write(self.file, self.rest)
            self.rest = b""
        os.close(self.file)
        self.truth.close()


def options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--truth", required=True)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--events", type=int, default=10**9)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--rate", type=float, default=0, help="lines a second; 0 is no limit")
    parser.add_argument("--rotate", choices=("none", "create", "copytruncate"), default="none")
    parser.add_argument("--rotate-every", type=int, default=1000, help="lines of one file")
    parser.add_argument("--keep", type=int, default=500, help="rotated files, more than ever come")
    parser.add_argument("--compress", choices=("none", "gzip", "zstd"), default="none")
    parser.add_argument("--pieces", type=float, default=0.1, help="how often a line comes in pieces")
    parser.add_argument("--stop", help="a file whose existence ends this")
    parser.add_argument("--pid", help="a file to write the process id into")
    return parser.parse_args()


class Signals:
    """What was asked for since it was last looked at."""

    def __init__(self):
        self.reopen = self.stop = False
        signal.signal(signal.SIGHUP, lambda *_: setattr(self, "reopen", True))
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "stop", True))


def write(chosen, files, signals):
    """Writes until something ends it; how many lines there are."""
    order = random.Random(f"{chosen.seed}-order")
    start = time.monotonic()
    lines = 0
    while lines < chosen.events and not signals.stop:
        if signals.reopen:
            signals.reopen = False
            for file in files:
                file.reopen()
        lines += order.choice(files).step()
        elapsed = time.monotonic() - start
        if elapsed > chosen.seconds or (chosen.stop and lines % 20 == 0 and os.path.exists(chosen.stop)):
            break
        if chosen.rate and lines > elapsed * chosen.rate:
            time.sleep(lines / chosen.rate - elapsed)
    return lines


def main():
    chosen = options()
    signals = Signals()
    if chosen.pid:
        pathlib.Path(chosen.pid).write_text(f"{os.getpid()}\n")
    files = [LogFile(chosen, number) for number in range(1, chosen.writers + 1)]
    lines = write(chosen, files, signals)
    for file in files:
        file.finish()
    print(lines)


if __name__ == "__main__":
    main()
