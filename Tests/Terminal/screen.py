#!/usr/bin/env python3
"""Runs a program on a terminal of a given size and prints what stands on its screen, as JSON.

    screen.py --columns 80 --rows 24 [--type TEXT=KEYS ...] --until TEXT -- PROGRAM ARGUMENT...

Each KEYS is typed once its TEXT stands on the screen, one after another. Once the last TEXT stands on the screen (or 30 s have passed) the screen is taken, the program gets an
interrupt, and when it has ended the screen is taken again: {"code", "reached", "during", "after",
"wrapped", "unknown", "echoes"}. `echoes` says whether the terminal shows what is typed, as it did at first;
`wrapped` counts the lines that were wider than the terminal, `unknown` are the
control sequences that this terminal does not have.
"""

import argparse
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

DEADLINE = 30
SEQUENCE = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])")


class Screen:
    """The few things that a plain terminal does."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.lines = [[" "] * columns for _ in range(rows)]
        self.row = self.column = self.wrapped = 0
        self.unknown = []
        self.pending = ""

    def feed(self, text):
        text = self.pending + text
        self.pending = ""
        at = 0
        while at < len(text):
            if text[at] != "\x1b":
                self.put(text[at])
                at += 1
                continue
            match = SEQUENCE.match(text, at)
            if not match:
                if len(text) - at > 16:
                    self.unknown.append(text[at : at + 8])
                    at += 1
                    continue
                self.pending = text[at:]
                return
            self.control(match[1], match[2])
            at = match.end()

    def put(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.newline()
        elif ord(character) < 32:
            self.unknown.append(character)
        else:
            if self.column == self.columns:
                self.wrapped += 1
                self.column = 0
                self.newline()
            self.lines[self.row][self.column] = character
            self.column += 1

    def newline(self):
        if self.row + 1 < self.rows:
            self.row += 1
        else:
            self.lines = self.lines[1:] + [[" "] * self.columns]

    def control(self, argument, letter):
        if letter == "A":
            self.row = max(0, self.row - int(argument or 1))
        elif letter == "K" and argument in ("", "0", "2"):
            start = 0 if argument == "2" else self.column
            self.lines[self.row][start:] = [" "] * (self.columns - start)
        elif letter == "J" and argument in ("", "0"):
            self.lines[self.row][self.column :] = [" "] * (self.columns - self.column)
            for row in range(self.row + 1, self.rows):
                self.lines[row] = [" "] * self.columns
        elif letter != "m":
            self.unknown.append(argument + letter)

    def text(self):
        return "\n".join("".join(line).rstrip() for line in self.lines).rstrip()


def start(command, columns, rows):
    child, terminal = pty.fork()
    if child == 0:
        # The size is there before the program asks for it.
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.execvp(command[0], command)
    return child, terminal


def read(terminal, screen, seconds):
    """Whether there may be more to come."""
    if not select.select([terminal], [], [], seconds)[0]:
        return True
    try:
        data = os.read(terminal, 65536)
    except OSError:
        return False
    screen.feed(data.decode("utf-8", "replace"))
    return bool(data)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--columns", type=int, default=80)
    parser.add_argument("--rows", type=int, default=24)
    parser.add_argument("--type", action="append", default=[])
    parser.add_argument("--until", required=True)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    screen = Screen(options.columns, options.rows)
    child, terminal = start(options.command, options.columns, options.rows)
    deadline = time.monotonic() + DEADLINE

    def wait(text):
        while text not in screen.text() and time.monotonic() < deadline:
            if not read(terminal, screen, 0.1):
                break

    for step in options.type:
        text, keys = step.split("=", 1)
        wait(text)
        os.write(terminal, keys.encode().decode("unicode_escape").encode())
    wait(options.until)
    during = screen.text()
    os.kill(child, signal.SIGINT)
    while read(terminal, screen, 0.1) and time.monotonic() < deadline + 10:
        pass
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    answer = {
        "code": code,
        "reached": options.until in during,
        "during": during,
        "after": screen.text(),
        "wrapped": screen.wrapped,
        "unknown": screen.unknown,
        "echoes": bool(termios.tcgetattr(terminal)[3] & termios.ECHO),
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
