#!/usr/bin/env python3
"""Takes a picture of every page of a simulated incident: pictures.py BINARY OUT [NAME...].

A name is PAGE-SCHEME, where a scheme is light, dark or phone; by default all of them. The same log, time
and browser give the same pictures. Run by the Python of .build/venv.
"""

import base64
import functools
import http.server
import pathlib
import subprocess
import sys
import tempfile
import threading

from browser import Browser

FIXTURES = pathlib.Path(__file__).resolve().parent / "../../fixtures"
NOW = "2026-01-05T12:00:00Z"
PAGES = {
    **{"overview": "", "requests": "requests/", "request": "request/requests/"},
    **{name: f"{name}/" for name in ["models", "tools", "agents", "errors", "cost", "alerts", "quality"]},
    "report": "report.html",
}
WIDTHS = {"light": 1280, "dark": 1280, "phone": 375}
MAX_HEIGHT = 1_700


def rendered(binary, folder):
    """Every page as a file of its own."""
    run = functools.partial(subprocess.run, check=True, capture_output=True)
    logs, database, site = (str(folder / name) for name in ["logs", "store.db", "site"])
    simulate = [sys.executable, str(FIXTURES / "simulate.py"), "--out", logs, "--now", NOW]
    run([*simulate, "--seed", "1", "--requests", "4000", "--hours", "60", "--files", "3"])
    at = ["--db", database]
    run([binary, "ingest", *at, *sorted(str(path) for path in pathlib.Path(logs).glob("*.jsonl"))])
    run([binary, "alerts", "load", *at, str(FIXTURES / "../alerts.json")])
    run([binary, "pages", site, *at, "--now", NOW])
    # The simulated log has one request that loops.
    run([binary, "pages", f"{site}/request", *at, "--now", NOW, "--query", "id=req-loop"])
    report = run([binary, "report", *at, "--format", "html", "--now", NOW, "--since", "24h"])
    (folder / "site/report.html").write_bytes(report.stdout)
    return site


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Files of a folder, without a log."""

    def log_message(self, *_):
        pass


def take(browser, path, target):
    """A picture of the page, as high as it is, up to some height."""
    width = browser.run("return innerWidth")
    browser.open(path)
    browser.resize(width, min(browser.run("return document.documentElement.scrollHeight"), MAX_HEIGHT))
    taken = browser.tell("Page.captureScreenshot", format="webp", quality=75)
    target.write_bytes(base64.b64decode(taken["data"]))
    browser.resize(width, 900)


def main():
    """Pictures of all pages in the wanted schemes."""
    binary, out = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        site = rendered(binary, pathlib.Path(folder))
        handler = functools.partial(Quiet, directory=site)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with Browser(f"http://127.0.0.1:{server.server_port}") as browser:
            browser.tell("Emulation.setScrollbarsHidden", hidden=True)
            for scheme, width in WIDTHS.items():
                browser.scheme("dark" if scheme == "dark" else "light")
                for name, path in PAGES.items():
                    if sys.argv[3:] and f"{name}-{scheme}" not in sys.argv[3:]:
                        continue
                    browser.resize(width, 900)
                    take(browser, f"/{path}", out / f"{name}-{scheme}.webp")
        server.shutdown()


if __name__ == "__main__":
    main()
