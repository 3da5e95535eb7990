#!/usr/bin/env python3
"""The dashboard in a real browser: scenarios.py BINARY [SCENARIO...].

Prints `NAME: fine`, or what is wrong, a line a scenario. Run by the Python of .build/venv, which has
selenium and axe-core; Chromium and its driver are Debian's.
"""

import json
import pathlib
import sys
import tempfile
import time
import traceback
import urllib.parse

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Serving"))

from browser import Browser  # noqa: E402
from charts import compared, marked, pictures  # noqa: E402
from dashboard import ALERTS, Dashboard, agrees, read, stamp  # noqa: E402
from requests_page import nested, searched  # noqa: E402
from reached import certificate  # noqa: E402
from server import Server, events  # noqa: E402

BINARY = sys.argv[1]
PAGES = ["/", "/requests", "/models", "/tools", "/agents", "/errors", "/cost", "/alerts", "/quality"]
HOSTILE = [
    *["<script>window.owned = 1</script>", '"><img src=x onerror=window.owned=1>'],
    *["' onmouseover='window.owned=1", "javascript:window.owned=1", "</title><svg onload=owned=1>"],
    *["\u202egnp.exe", "a,b\\c&d=e#f?g%3Ch", "x" * 200],
]


def loads(dashboard):
    """No page complains of anything, whatever it is asked for."""
    browser = dashboard.browser
    browser.complaints()
    loop = urllib.parse.quote("req-loop")
    for path in [dashboard.address(page) for page in PAGES[:-2]] + PAGES + [
        "/?since=all", "/requests?since=all", f"/requests?id={loop}&since=all", "/requests?id=none",
    ]:
        browser.open(path)
        browser.run("for (const d of document.querySelectorAll('details')) d.open = true")
        assert browser.texts("h1"), path
        without = browser.run(
            "return [...document.querySelectorAll('[data-do=csv]')].filter(b => "
            "!b.closest('.panel').querySelector('table')).length"
        )
        assert without == 0, f"{path} saves lists that are not there"
        wrong = browser.complaints()
        assert not wrong, (path, wrong)


def numbers(dashboard):
    """Every number of overview and breakdowns is that of `report --json`, filtered or not."""
    browser = dashboard.browser
    for more, where in [({}, []), ({"agent": "support-bot"}, ["--where", "agent=support-bot"])]:
        metrics = dashboard.report(24, *where)["groups"][0]["metrics"]
        browser.open(dashboard.address("/", **more))
        cards = browser.run(
            "return [...document.querySelectorAll('.cards [data-metric]')].map(e => "
            "[e.dataset.metric, (e.querySelector('.value') || e).textContent.trim()])"
        )
        assert len(cards) >= 12, cards
        for name, text in cards:
            assert agrees(text, metrics[name]), (more, name, text, metrics[name])
    for path, dimension in {"/models": "model", "/tools": "tool", "/agents": "agent"}.items():
        groups = {
            group["key"][dimension]: group["metrics"]
            for group in dashboard.report(24, "--by", dimension)["groups"]
        }
        browser.open(dashboard.address(path))
        rows = browser.run(
            "return [...document.querySelectorAll('main > .panel tbody tr, .panel tbody tr')].map(r =>"
            "[(r.querySelector('th') || r).textContent.trim(), [...r.querySelectorAll('td[data-metric]')]"
            ".map(c => [c.dataset.metric, c.textContent.trim()])]).filter(r => r[1].length)"
        )
        assert {row[0] for row in rows} == {name or "(none)" for name in groups}, (path, rows)
        for name, cells in rows:
            metrics = groups[None if name == "(none)" else name]
            for metric, text in cells:
                assert agrees(text, metrics[metric]), (path, name, metric, text, metrics[metric])


def narrowing(dashboard):
    """Ranges, conditions, choices, orders and pages of lists change what is shown, as they say."""
    browser = dashboard.browser
    everything, narrowed = (
        dashboard.report(hours, "--metric", "requests")["groups"][0]["metrics"]["requests"]["value"]
        for hours in (48, 6)
    )
    assert everything > narrowed > 0
    count = "return document.querySelector('[data-metric=requests]').textContent.trim()"
    # The form takes a range and a condition, and keeps them; the chip takes the condition away.
    browser.open(dashboard.address("/", 48))
    assert read(browser.run(count), "count")[0] == everything
    browser.driver.find_element(By.CSS_SELECTOR, ".more summary").click()
    since = browser.driver.find_element(By.NAME, "since")
    since.clear()
    since.send_keys(dashboard.window(6)["since"])
    browser.driver.find_element(By.NAME, "agent").send_keys("support-bot")
    browser.submit(browser.driver.find_element(By.CSS_SELECTOR, ".more button"))
    told = dashboard.report(6, "--metric", "requests", "--where", "agent=support-bot")
    of_agent = told["groups"][0]["metrics"]["requests"]["value"]
    assert read(browser.run(count), "count")[0] == of_agent < narrowed, of_agent
    assert browser.driver.find_element(By.NAME, "agent").get_property("value") == "support-bot"
    browser.driver.find_element(By.CSS_SELECTOR, ".chips a").click()
    assert read(browser.run(count), "count")[0] == narrowed and not browser.texts(".chips")
    # A range of the bar ends now.
    for name in browser.texts(".range nav a"):
        browser.driver.find_element(By.LINK_TEXT, name).click()
        assert browser.texts(".range nav [aria-current]") == [name]
        # It begins with a whole minute, as it says.
        begin = browser.texts(".window")[0].split(" to ")[0].replace(" ", "T") + "Z"
        assert begin.endswith(":00Z") or name == "5m", begin
        told = dashboard.server.run("report", "--since", begin, "--metric", "requests")
        value = told["groups"][0]["metrics"]["requests"]["value"]
        assert (read(browser.run(count), "count") or [0])[0] == value, name
    listed(dashboard)
    # A name of a breakdown narrows its page to it.
    browser.open(dashboard.address("/models", 48))
    name = browser.texts(".panel tbody th a")[0]
    browser.driver.find_element(By.LINK_TEXT, name).click()
    assert browser.texts(".chips li")[0].startswith(f"model = {name}"), browser.texts(".chips li")


def listed(dashboard):
    """The list of requests: each choice, order and page of it against the API."""
    browser = dashboard.browser

    def ids():
        # Two requests can have one id.
        cells = "#requests tbody tr > "
        ended = browser.texts(f"{cells}:nth-child(1)")
        return list(zip(browser.texts(f"{cells}th"), ended, browser.texts(f"{cells}:nth-child(5)")))

    browser.open(dashboard.address("/requests", 48))
    firsts, seen = [], set()
    while True:
        page = ids()
        assert page and not seen & set(page), "a page repeats another"
        firsts.append(page[0])
        seen.update(page)
        following = browser.driver.find_elements(By.PARTIAL_LINK_TEXT, "Next")
        if not following:
            break
        following[0].click()
    window = urllib.parse.urlencode(dashboard.window(48))
    assert len(seen) == dashboard.server.json(f"/api/v1/requests?{window}&limit=1")["total"]
    for first in reversed(firsts[:-1]):
        browser.driver.find_element(By.PARTIAL_LINK_TEXT, "Before").click()
        assert ids()[0] == first
    for order in ["took", "calls", "tokens", "cost"]:
        browser.open(dashboard.address("/requests", 48))
        browser.driver.find_element(By.LINK_TEXT, order).click()
        place = browser.run(
            "return [...document.querySelectorAll('#requests thead th')].findIndex(h => h.ariaSort)"
        )
        unit = {"took": "ms", "cost": "usd"}.get(order, "count")
        cells = browser.texts(f"#requests tbody tr > :nth-child({place + 1})")
        values = [read(cell.removesuffix(" +?"), unit) for cell in cells]
        # What is shown is rounded.
        known = [value for value in values if value]
        for one, next_one in zip(known, known[1:]):
            assert one[0] + one[1] + next_one[1] >= next_one[0], (order, cells)
        assert values[: len(known)] == known, (order, cells)
    for choice in browser.texts(".choices a")[1:]:
        browser.open(dashboard.address("/requests", 48))
        browser.driver.find_element(By.LINK_TEXT, choice).click()
        assert browser.texts(".choices [aria-current]") == [choice]
        shown = set(ids())
        assert shown < seen, choice


def live(dashboard):
    """News come into the page that is open, which keeps its text, focus and place."""
    browser = dashboard.browser
    browser.resize(1280, 500)
    browser.open("/?since=1h")
    value = "return document.querySelector('[data-metric=tool_calls]').textContent.trim()"
    before = browser.run(value)
    browser.run("window.untouched = true; document.querySelector('.more').open = true")
    field = browser.driver.find_element(By.NAME, "agent")
    field.send_keys("half a na")
    browser.run("window.scrollTo(0, 300)")
    for number in range(2):
        dashboard.server.post(events(f"live-{number}", 7))
        wait = WebDriverWait(browser.driver, 20)
        wait.until(lambda _: browser.run(value) not in (before, None))
        before = browser.run(value)
        assert browser.run("return window.untouched") is True, "the page was loaded again"
        assert browser.run("return window.scrollY") == 300
        assert browser.run("return document.activeElement.name") == "agent"
        assert field.get_property("value") == "half a na"
        assert browser.run("return document.querySelector('.more').open")
    assert read(before, "count")[0] == 14
    assert not (wrong := browser.complaints()), wrong
    browser.resize(1280, 900)


def keyboard(dashboard):
    """Everything is reached and worked with keys alone, and one sees where one is."""
    browser = dashboard.browser
    browser.open(dashboard.address("/", 24))

    def press(*keys):
        for key in keys:
            browser.driver.switch_to.active_element.send_keys(key)

    def focused(what="textContent.trim()"):
        return browser.run(f"return document.activeElement.{what}")

    reached = []
    for _ in range(60):
        press(Keys.TAB)
        if focused("tagName") == "BODY":
            break
        reached.append(focused())
        outline = browser.run("return getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", f"one does not see that {reached[-1]!r} has the focus"
    for name in ["Skip to the content", "Overview", "Requests", "Data quality", "24h", "Range and filters"]:
        assert any(name in text for text in reached), (name, reached)
    # The skip link, the navigation, the form, a chart.
    browser.open(dashboard.address("/", 24))
    press(Keys.TAB, Keys.ENTER)
    assert browser.driver.current_url.endswith("#content")
    browser.open(dashboard.address("/", 24))
    while focused() != "Tools":
        press(Keys.TAB)
    press(Keys.ENTER)
    assert browser.texts("h1") == ["Tools"]
    while focused() != "Range and filters":
        press(Keys.TAB)
    press(Keys.ENTER, Keys.TAB)
    while focused("name") != "agent":
        press(Keys.TAB)
    browser.submit(browser.driver.switch_to.active_element, "support-bot", Keys.ENTER)
    assert browser.texts(".chips li")[0].startswith("agent = support-bot")
    browser.open(dashboard.address("/", 24))
    while "plot" not in (focused("getAttribute('class')") or ""):
        press(Keys.TAB)
    press(Keys.ARROW_LEFT)
    readout = "return document.activeElement.closest('figure').querySelector('.readout').textContent"
    last = browser.run(readout)
    press(Keys.ARROW_LEFT)
    assert last and browser.run(readout) not in ("", last), last
    press(Keys.ESCAPE)
    assert browser.run(readout) == ""


def hostile(dashboard):
    """Names that try to be more than text are text, on every page and in every title and hint."""
    now = stamp(time.time())
    lines = []
    for name in HOSTILE:
        common = {"request_id": name, "agent": name, "timestamp": now, "latency_ms": 5}
        common |= {"success": False, "error": name, "user_id": name, "session_id": name}
        lines.append(json.dumps({"event": "llm_call", "model": name, "cost_usd": 1, **common}))
        lines.append(json.dumps({"event": "tool_call", "tool": name, **common}))
    with Server(BINARY) as server:
        server.post([*lines, '{"event": <script>window.owned = 1</script>'])
        with Browser(f"http://127.0.0.1:{server.port}") as browser:
            ids = [f"/requests?id={urllib.parse.quote(name, safe='')}" for name in HOSTILE]
            models = [f"/models?model={urllib.parse.quote(name, safe='')}" for name in HOSTILE[:6]]
            for path in PAGES + ids + models:
                browser.open(path)
                browser.run(
                    "for (const e of document.querySelectorAll('*')) "
                    "e.dispatchEvent(new Event('mouseover'));"
                )
                assert browser.run("return window.owned === undefined"), path
                wrong = browser.complaints()
                assert not wrong, (path, wrong)
                wide = browser.run("return document.documentElement.scrollWidth")
                assert wide <= 1280, (path, wide)
            for path in PAGES[1:6]:
                browser.open(path)
                text = browser.run("return document.body.textContent")
                assert all(name in text for name in HOSTILE[:5]), path
            browser.resize(375, 800)
            for path in PAGES + ids:
                browser.open(path)
                wide = browser.run("return document.documentElement.scrollWidth")
                assert wide <= 375, (path, wide)


def phone(dashboard):
    """At 375 pixels no page scrolls sideways."""
    browser = dashboard.browser
    browser.resize(375, 800)
    for path in [dashboard.address(page) for page in PAGES[:-2]] + [
        *PAGES[-2:], "/requests?since=all&id=req-loop"
    ]:
        browser.open(path)
        wide = browser.run("return document.documentElement.scrollWidth")
        assert wide <= 375, (path, wide)
    browser.resize(1280, 900)


def contrast(dashboard):
    """axe-core finds nothing against WCAG 2.1 A and AA, in light, in dark and on a phone."""
    browser = dashboard.browser
    for scheme, width in [("light", 1280), ("dark", 1280), ("light", 375)]:
        browser.scheme(scheme)
        browser.resize(width, 900)
        for path in [dashboard.address(page) for page in PAGES[:-2]] + [
            *PAGES[-2:], "/requests?since=all&id=req-loop"
        ]:
            browser.open(path)
            found = browser.accessibility()
            assert not found, "\n".join([f"{path}, {scheme}, {width} px:", *found[:10]])
    browser.scheme("light")
    browser.resize(1280, 900)


def history(dashboard):
    """Back and forward lead through pages, ranges and conditions."""
    browser = dashboard.browser
    browser.open(dashboard.address("/requests", 48))
    trail = []
    for text in ["failed", "cost", "Models", "7d"]:
        trail.append((browser.driver.current_url, browser.texts("main")[0]))
        browser.driver.find_element(By.LINK_TEXT, text).click()
    last = browser.driver.current_url
    for address, text in reversed(trail):
        browser.driver.back()
        assert browser.driver.current_url == address, (browser.driver.current_url, address)
        assert browser.texts("main")[0] == text, address
    for _ in trail:
        browser.driver.forward()
    assert browser.driver.current_url == last


def forms(dashboard):
    """Alerts are silenced, and silences ended, from their page."""
    browser = dashboard.browser

    def has_silences(*labels):
        # A form's answer leads to the page anew.
        WebDriverWait(browser.driver, 20).until(
            lambda _: browser.texts("#silences tbody th") == list(labels)
        )

    browser.open("/alerts")
    has_silences()
    label = f"rule={browser.texts('#rules tbody th')[0]}"
    browser.driver.find_element(By.CSS_SELECTOR, "#silences summary").click()
    for name, text in {"labels": label, "for": "2h", "comment": "<b>known</b>"}.items():
        browser.driver.find_element(By.NAME, name).send_keys(text)
    browser.submit(browser.driver.find_element(By.CSS_SELECTOR, "#silences details button"))
    has_silences(label)
    assert "<b>known</b>" in browser.texts("#silences tbody td.long")
    browser.submit(browser.driver.find_element(By.CSS_SELECTOR, "#silences tbody button"))
    has_silences()
    assert not (wrong := browser.complaints()), wrong


def entry(_):
    """With tokens, a browser is asked for one, keeps it, and gives it back; over HTTP/2 with TLS."""
    secret = {"AGENTWATCH_READ_TOKEN": "a-token-that-is-long-enough"}
    with tempfile.TemporaryDirectory() as folder, Server(
        BINARY, *certificate(pathlib.Path(folder)), environment=secret
    ) as server:
        with Browser(server.url) as browser:
            browser.open("/models?since=7d")
            assert "/login?" in browser.driver.current_url, browser.driver.current_url
            assert not browser.accessibility(), browser.accessibility()
            browser.submit(browser.driver.find_element(By.NAME, "token"), "not the token", Keys.ENTER)
            assert browser.texts("[role=alert]") == ["The token is not known."], browser.texts("body")
            browser.complaints()
            field = browser.driver.find_element(By.NAME, "token")
            browser.submit(field, *secret.values(), Keys.ENTER)
            assert browser.texts("h1") == ["Models"], browser.texts("body")
            assert browser.driver.current_url.endswith("/models?since=7d"), browser.driver.current_url
            browser.open("/")
            assert browser.texts("h1") == ["Overview"]
            protocol = "return performance.getEntriesByType('navigation')[0].nextHopProtocol"
            assert browser.run(protocol) == "h2"
            assert browser.run("return document.cookie") == "", "a script can read the token"
            assert not (wrong := browser.complaints()), wrong


def below(_):
    """Behind a proxy that shows it below a path, nothing beside that path is asked for."""
    with Server(BINARY, "--base-path", "/agents/watch", "--alerts", ALERTS) as server:
        server.post(events("below", 20))
        with Browser(server.url) as browser:
            for path in PAGES:
                browser.open(path)
                assert browser.texts("h1"), path
                wrong = browser.complaints()
                assert not wrong, (path, wrong)
            browser.driver.find_element(By.LINK_TEXT, "Overview").click()
            value = "return document.querySelector('[data-metric=tool_calls]').textContent.trim()"
            assert browser.run(value) == "20"
            server.post(events("more", 5))
            WebDriverWait(browser.driver, 20).until(lambda _: browser.run(value) == "25")
            assert not (wrong := browser.complaints()), wrong


SCENARIOS = [loads, numbers, narrowing, compared, searched, nested, pictures, marked, live, keyboard, hostile, phone, contrast, history, forms, entry, below]


def main():
    """Runs the named scenarios, or all."""
    failed = False
    with Dashboard(BINARY) as dashboard:
        for scenario in SCENARIOS:
            if sys.argv[2:] and scenario.__name__ not in sys.argv[2:]:
                continue
            try:
                scenario(dashboard)
                print(f"{scenario.__name__}: fine", flush=True)
            except Exception:  # every other scenario still says what it finds
                failed = True
                print(f"{scenario.__name__}: {traceback.format_exc()}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
