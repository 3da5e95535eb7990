"""The list of requests and the page of one in a browser, for scenarios.py."""

import csv
import json
import pathlib
import sys
import tempfile
import time
import urllib.parse

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from browser import Browser
from server import Server

BINARY = sys.argv[1]


def searched(dashboard):
    """Requests are found by words, narrowed by what their calls are, and the address keeps it all."""
    browser = dashboard.browser
    window = dashboard.window(48)
    cells = "#requests tbody th"
    for query, words in [({"q": "rate LIMIT"}, ["--search", "rate LIMIT"]), ({"tool": "web_search"}, ["--where", "tool=web_search"])]:
        told = dashboard.server.run(
            "requests", *(w for n in window for w in (f"--{n}", window[n])), "--limit", "50", *words
        )
        assert 0 < told["total"], told
        browser.open(dashboard.address("/requests", 48))
        if "q" in query:
            browser.submit(browser.driver.find_element(By.NAME, "q"), query["q"], Keys.ENTER)
        else:
            browser.driver.find_element(By.CSS_SELECTOR, ".more summary").click()
            browser.driver.find_element(By.NAME, "tool").send_keys(query["tool"])
            browser.submit(browser.driver.find_element(By.CSS_SELECTOR, ".more button"))
        assert browser.texts(cells) == [request["request_id"] for request in told["requests"]], query
        for name, value in {**window, **query}.items():
            assert urllib.parse.urlencode({name: value}) in browser.driver.current_url
        # A choice keeps the search, and so does a reload.
        browser.driver.find_element(By.LINK_TEXT, "failed").click()
        assert all(f"{name}=" in browser.driver.current_url for name in query)
        failed = browser.texts(cells)
        browser.driver.refresh()
        assert browser.texts(cells) == failed
    browser.open("/requests?q=" + "x" * 300)
    assert "a search has" in browser.texts("main")[0]
    browser.complaints()


def nested(_):
    """A request's page shows agents below each other, details on demand, and gives its JSON."""
    now = time.time()
    lines = []
    for name, parent, agent in [
        ("plan", None, "boss"), ("ask", "plan", "helper"), ("look", "ask", "helper"), ("sum", "plan", "boss"),
    ]:
        line = {"event": "tool_call", "timestamp": now, "request_id": "r/1?&<b>", "event_id": name}
        line |= {"tool": name, "agent": agent, "latency_ms": 5, "user_id": "u1", "note": f"<i>{name}</i>"}
        lines.append(json.dumps({**line, **({"parent_id": parent} if parent else {})}))
    # The child is logged before its parent, as it ends earlier.
    with Server(BINARY) as server:
        server.post([lines[2], lines[1], lines[3], lines[0]])
        with Browser(f"http://127.0.0.1:{server.port}") as browser:
            address = f"/requests?{urllib.parse.urlencode({'id': 'r/1?&<b>'})}"
            browser.open(address)
            rows = browser.run(
                "return [...document.querySelectorAll('#events-0 tbody th')].map(h => "
                "[h.className, h.textContent.trim()])"
            )
            # The request is the helper's, who is logged first.
            assert rows == [
                *[["depth-0", "tool plan by boss"], ["depth-1", "tool ask"], ["depth-2", "tool look"]],
                ["depth-1", "tool sum by boss"],
            ], rows
            details = browser.driver.find_element(By.CSS_SELECTOR, ".event-facts")
            assert "<i>plan</i>" not in details.text
            details.find_element(By.TAG_NAME, "summary").click()
            assert '"note":"<i>plan</i>"' in details.text.replace(" ", ""), details.text
            wide = browser.run("return document.querySelector('main').clientWidth")
            assert wide == browser.run("return document.documentElement.clientWidth")
            told = server.json(f"/api/v1/requests/{urllib.parse.quote('r/1?&<b>', safe='')}")
            browser.tell("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
            browser.driver.find_element(By.CSS_SELECTOR, "[data-do=copy]").click()
            button = browser.driver.find_element(By.CSS_SELECTOR, "[data-do=copy]")
            WebDriverWait(browser.driver, 20).until(lambda _: button.text != "Copy as JSON")
            assert button.text == "Copied", (button.text, browser.complaints())
            copied = browser.driver.execute_async_script(
                "navigator.clipboard.readText().then(arguments[0])"
            )
            assert json.loads(copied) == told
            saved(browser)
            assert not (wrong := browser.complaints()), wrong
            assert not (found := browser.accessibility()), found
            for name, text in [("user", "u1"), ("agent", "helper")]:
                browser.open(address)
                browser.driver.find_element(By.LINK_TEXT, text if name == "user" else "look").click()
                assert browser.texts("#requests tbody th") == ["r/1?&<b>"]


def saved(browser):
    """A table is saved as CSV that another program reads."""
    with tempfile.TemporaryDirectory() as folder:
        browser.tell("Browser.setDownloadBehavior", behavior="allow", downloadPath=folder)
        browser.driver.find_element(By.CSS_SELECTOR, "#events-0 [data-do=csv]").click()
        file = pathlib.Path(folder, "events-0.csv")
        WebDriverWait(browser.driver, 20).until(lambda _: file.exists() and file.stat().st_size)
        rows = list(csv.reader(file.open(newline="")))
        assert len(rows) == 5 and rows[0][1] == "event" and "plan" in rows[1][1], rows
