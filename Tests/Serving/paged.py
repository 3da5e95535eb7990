"""What the pages of `agentwatch serve` show, and whether lists and numbers agree, for scenarios.py."""

import re
import sys

from server import Server, events

BINARY = sys.argv[1]


def pages():
    """Every page is served with strict headers, and what was logged stays text."""
    with Server(BINARY) as server:
        line = events("<script>alert(1)</script>", 1)[0]
        server.post([line.replace('"search"', '"<script>alert(2)</script>"')])
        paths = ["", "requests", "models", "tools", "agents", "errors", "cost", "alerts", "quality"]
        texts = []
        for path in paths:
            status, headers, body = server.ask(f"/{path}?since=1h")
            assert status == 200 and headers["Content-Type"].startswith("text/html"), path
            assert "unsafe" not in headers["Content-Security-Policy"], path
            assert b"<script>alert" not in body and b" style=" not in body, path
            for asset in re.findall(rb'(?:src|href)="(/assets/[^"]+)"', body):
                assert server.ask(asset.decode())[0] == 200, asset
            texts.append(body)
        assert any(b"&lt;script&gt;alert(2)" in text for text in texts)
        assert server.ask("/?since=nonsense")[0] == 400
        status, _, body = server.ask("/requests?since=1h&hour=3")
        assert status == 400 and b"takes no hour" in body, body
        _, _, body = server.ask("/requests?since=1h&model=x")
        assert b"No request of this window matches." in body, body
        _, _, body = server.ask("/errors?since=1h&model=x&agent=a")
        links = re.findall(rb'href="(/requests[^"]*)"', body)
        assert links and all(b"agent=a" in link and b"model=x" in link for link in links), links


def closed():
    """Lists and numbers agree on which window a request belongs to: that in which it closed."""
    with Server(BINARY) as server:
        call = '{"event":"tool_call","tool":"t","timestamp":"%s","request_id":"%s"}'
        end = '{"event":"task_end","outcome":"completed","timestamp":"%s","request_id":"%s"}'
        server.post(
            [
                call % ("2026-03-02T10:55:00Z", "no end"),
                call % ("2026-03-02T10:58:00Z", "ended"),
                end % ("2026-03-02T10:59:00Z", "ended"),
                call % ("2026-03-02T11:59:59Z", "still open"),
            ]
        )
        now = "2026-03-02T12:00:00Z"
        seen = {}
        for since, until in [("10", "11"), ("11", "12")]:
            query = f"since=2026-03-02T{since}:00:00Z&until=2026-03-02T{until}:00:00Z&now={now}"
            listed = server.json(f"/api/v1/requests?{query}")
            report = server.json(f"/api/v1/report?{query}&metric=requests")
            shut = [r for r in listed["requests"] if not r["open"]]
            assert len(shut) == report["groups"][0]["metrics"]["requests"]["value"], (listed, report)
            for request in listed["requests"]:
                seen.setdefault(request["request_id"], []).append(until)
        assert seen == {"ended": ["11"], "no end": ["12"], "still open": ["12"]}, seen


def trend():
    """A window is compared with the one before only where the store reaches back to its beginning."""
    with Server(BINARY) as server:
        call = '{"event":"tool_call","tool":"t","latency_ms":%d,"timestamp":"%s","request_id":"%s"}'
        end = '{"event":"task_end","outcome":"completed","timestamp":"%s","request_id":"%s"}'
        lines = []
        for minute in range(55, 60):
            lines.append(call % (10, f"2026-03-02T10:{minute}:00Z", f"before {minute}"))
            lines.append(end % (f"2026-03-02T10:{minute}:01Z", f"before {minute}"))
        for minute in range(60):
            lines.append(call % (10, f"2026-03-02T11:{minute:02}:00Z", f"now {minute}"))
            lines.append(end % (f"2026-03-02T11:{minute:02}:09Z", f"now {minute}"))
        server.post(lines)
        page = "/?since=2026-03-02T11:00:00Z&until=2026-03-02T12:00:00Z"
        change = re.compile(r'class="trend worse"><strong>([^<]*)</strong>')
        status, _, body = server.ask(page)
        assert status == 200 and not change.findall(body.decode()), change.findall(body.decode())
        server.post([call % (10, "2026-03-02T10:00:00Z", "early")])
        status, _, body = server.ask(page)
        assert change.findall(body.decode()), "the window before is whole, and slower requests are worse"


SCENARIOS = [pages, closed, trend]
