"""What charts show beside their numbers, and as pictures of their own, in a browser, for scenarios.py."""

import json
import pathlib
import sys
import tempfile
import time
import urllib.parse
from xml.etree import ElementTree

from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from browser import Browser
from dashboard import ALERTS, stamp
from server import Server

BINARY = sys.argv[1]


def compared(dashboard):
    """An earlier period stands behind every chart, with the numbers of its own page."""
    browser = dashboard.browser
    rows = (
        "return [...document.querySelectorAll('figure')].map(f => [f.id, "
        "f.querySelectorAll('.line.earlier').length, "
        "[...f.querySelectorAll('.behind thead th')].map(c => c.textContent), "
        "[...f.querySelectorAll('.behind tbody tr')].map(r => [...r.children].map(c => c.textContent))])"
    )
    day = {name: stamp(dashboard.until - hours * 3600) for name, hours in [("since", 48), ("until", 24)]}
    for page in ["/", "/models", "/tools", "/agents", "/errors", "/cost"]:
        browser.open(f"{page}?{urllib.parse.urlencode(day)}")
        earlier = {figure[0]: figure for figure in browser.run(rows)}
        browser.open(dashboard.address(page, 24, compare="1d"))
        assert "compared with" in browser.texts(".window")[0]
        for name, lines, heads, cells in browser.run(rows):
            assert not cells or lines, f"{page} {name} shows no earlier period"
            then = earlier.get(name, [name, 0, [], []])
            for place, head in enumerate(heads):
                if not head.endswith(", earlier"):
                    continue
                own = head.removesuffix(", earlier")
                # Which are drawn by themselves is for the numbers of now to say.
                if own not in then[2] or "others" in own:
                    continue
                column = [row[then[2].index(own)] for row in then[3]]
                assert [row[place] for row in cells] == column, (page, name, head)
    # It goes with one from page to page.
    browser.driver.find_element(By.LINK_TEXT, "Tools").click()
    assert "compare=1d" in browser.driver.current_url
    assert not (wrong := browser.complaints()), wrong
    assert not (found := browser.accessibility()), found


def pictures(dashboard):
    """Every chart is a picture of its own: XML that holds nothing but shapes, of the page's window."""
    browser = dashboard.browser
    seen = set()
    for page in ["/", "/models", "/tools", "/agents", "/errors", "/cost"]:
        browser.open(dashboard.address(page, 24, compare="1d"))
        found = browser.run(
            "return [...document.querySelectorAll('figure')].map(f => [f.querySelector('h2').textContent, "
            "(f.querySelector('.as-picture a') || {}).href, "
            "[...f.querySelectorAll('.legend li')].map(l => l.textContent)])"
        )
        window = browser.texts(".window")[0]
        for title, address, legend in found:
            if not legend:
                continue
            path = address.removeprefix(browser.origin)
            status, headers, body = dashboard.server.ask(path)
            assert (status, headers["Content-Type"]) == (200, "image/svg+xml"), path
            root = ElementTree.fromstring(body)
            names = {element.tag.removeprefix("{http://www.w3.org/2000/svg}") for element in root.iter()}
            assert names <= {"svg", "style", "title", "rect", "text", "line", "path", "g"}, names
            texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
            assert (texts[0], texts[2]) == (title, window), texts[:3]
            assert texts[-len(legend):] == legend, (legend, texts)
            browser.open(path)
            assert browser.run("return document.documentElement.localName") == "svg"
            box = browser.run(
                "return Math.max(...[...document.querySelectorAll('text')].map(t => "
                "t.getBoundingClientRect().right))"
            )
            assert box <= 760, (path, box)
            assert not (wrong := browser.complaints()), (path, wrong)
            seen.add(path.split("?")[0])
    assert len(seen) == 15, seen


def marked(_):
    """Charts are marked where an alert fired, agents were deployed and reading began; nowhere else."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        now = time.time()
        lines = []
        for number in range(60):
            call = {"event": "tool_call", "timestamp": now - 600, "request_id": f"r{number}", "tool": "t"}
            lines.append(json.dumps({**call, "success": False, "error": "no", "latency_ms": 5}))
        deploy = {"event": "deploy", "timestamp": now - 1800, "agent": "<b>bot", "version": "1.2.3"}
        elsewhere = [{**deploy, "timestamp": now - 3 * 86400}, {**deploy, "event": "deployed"}]
        lines += [json.dumps(line) for line in [deploy, *elsewhere]]
        (folder / "log.jsonl").write_text("\n".join(lines) + "\n")
        with Server(BINARY, "--alerts", ALERTS, "--every", "1s", "--tail", str(folder / "log.jsonl")) as server:
            with Browser(server.url) as browser:
                kinds = (
                    "return [...document.querySelectorAll('#traffic .mark title')].map(t => "
                    "[t.parentElement.getAttribute('class'), t.textContent])"
                )

                def marks():
                    browser.open("/?since=2h")
                    return browser.run(kinds)

                WebDriverWait(browser.driver, 30).until(
                    lambda _: any("failing_tools" in text for _, text in marks())
                )
                found = marks()
                assert [kind for kind, _ in found].count("mark deploy") == 1, found
                assert [kind for kind, _ in found].count("mark start") == 1, found
                assert any('<b>bot {"version": "1.2.3"}' in text.replace('":"', '": "') for _, text in found), found
                rows = browser.texts("#happened tbody tr")
                assert len(rows) == len(found), (rows, found)
                # The line stands where the moment is, within the half hour before now.
                places = browser.run(
                    "return [...document.querySelectorAll('#traffic .plot .mark.deploy line')].map(l => "
                    "parseFloat(l.getAttribute('x1')))"
                )
                assert len(places) == 1 and abs(places[0] - 75) < 1.5, places
                assert not (wrong := browser.complaints()), wrong
                assert not (bad := browser.accessibility()), bad
