"""A server over a simulated log with a browser, and how its numbers are read, for scenarios.py."""

import pathlib
import re
import subprocess
import sys
import time
import urllib.parse

from browser import Browser
from server import Server

HERE = pathlib.Path(__file__).resolve().parent
ALERTS = str(HERE / "../../alerts.json")


class Dashboard:
    """A server over a simulated log whose newest event is three hours old, with a browser."""

    def __init__(self, binary):
        self.until = int(time.time()) // 3600 * 3600 - 3 * 3600
        self.server = Server(binary, "--alerts", ALERTS)

    def __enter__(self):
        folder = self.server.folder
        simulate = [sys.executable, str(HERE / "../../fixtures/simulate.py"), "--out", folder / "logs"]
        simulate += ["--seed", "19", "--requests", "600", "--hours", "50", "--files", "1"]
        subprocess.run([*simulate, "--now", stamp(self.until)], check=True, capture_output=True)
        logs = sorted(str(path) for path in (folder / "logs").glob("*.jsonl"))
        self.server.run("ingest", *logs)
        self.server.start()
        self.browser = Browser(f"http://127.0.0.1:{self.server.port}")
        return self

    def __exit__(self, *_):
        self.browser.driver.quit()
        self.server.__exit__()

    def window(self, hours):
        """A query for the hours up to the newest event."""
        return {"since": stamp(self.until - hours * 3600), "until": stamp(self.until)}

    def address(self, path, hours=24, **more):
        """The address of a page over those hours."""
        return f"{path}?{urllib.parse.urlencode({**self.window(hours), **more})}"

    def report(self, hours, *arguments):
        """What the command line says of the same hours."""
        window = self.window(hours)
        return self.server.run("report", *(w for n in window for w in (f"--{n}", window[n])), *arguments)


def stamp(seconds):
    """Seconds since 1970 as RFC 3339."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


SCALES = {"us": 1e-3, "ms": 1, "s": 1e3, "k": 1e3, "M": 1e6, "G": 1e9, "%": 0.01, "/s": 1, "": 1}


def read(text, unit):
    """A number as people read it, with half of its last digit: what lies within is the same."""
    if text in ("-", "–"):
        return None
    text = text.removeprefix("≈ ").replace(",", "")
    base = {"ms": 1, "seconds": 1e-3}.get(unit, 1)
    if long := re.fullmatch(r"(\d+) (min|h|d) (\d+) (s|min|h)", text):
        sizes = {"s": 1e3, "min": 60e3, "h": 3600e3, "d": 86400e3}
        whole = int(long[1]) * sizes[long[2]] + int(long[3]) * sizes[long[4]]
        return whole * base, sizes[long[4]] * base
    short = re.fullmatch(r"\$?(<?)(-?\d+(?:\.(\d+))?) ?(us|ms|s|k|M|G|%|/s|)", text)
    assert short, text
    scale = SCALES[short[4]] * (base if short[4] in ("us", "ms", "s") else 1)
    half = float(short[2]) if short[1] else 0.5001 / 10 ** len(short[3] or "")
    return float(short[2]) * scale, half * scale


def agrees(text, metric):
    """Whether a cell says what a metric of a report is."""
    shown, value = read(text, metric["unit"]), metric["value"]
    if shown is None or value is None:
        return shown is None and (value is None or metric["n"] == 0)
    marked = text.startswith("≈") != metric["exact"]
    return abs(shown[0] - value) <= shown[1] and marked
