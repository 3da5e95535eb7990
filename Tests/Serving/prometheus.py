#!/usr/bin/env python3
"""Debian's Prometheus scrapes a server: prometheus.py BINARY.

A percentile by PromQL lies in the bucket of the one in the log, every query of the Grafana dashboard
has an answer, and promtool has nothing to say.
"""

import bisect
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

from server import Server

HERE = pathlib.Path(__file__).resolve().parent
DASHBOARD = HERE / "../../docs/grafana/agentwatch.json"
ALERTS = str(HERE / "../../alerts.json")
SEED = 19
CONFIGURATION = """
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: agentwatch
    static_configs: [{{targets: ['127.0.0.1:{port}']}}]
"""


class Prometheus:
    """Prometheus on a free port, which scrapes one server every second."""

    def __init__(self, server, folder):
        self.folder = pathlib.Path(folder)
        configuration = self.folder / "prometheus.yml"
        configuration.write_text(CONFIGURATION.format(port=server.port))
        subprocess.run(["promtool", "check", "config", configuration], check=True, capture_output=True)
        self.command = ["prometheus", f"--config.file={configuration}", "--web.listen-address=127.0.0.1:0"]
        self.command += [f"--storage.tsdb.path={self.folder / 'data'}", "--log.format=json"]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            entry = json.loads(line)
            if entry.get("msg") == "Listening on":
                self.address = f"http://{entry['address']}"
                # Nothing reads the rest of what it logs.
                self.drain = subprocess.Popen(
                    ["cat"], stdin=self.process.stderr, stdout=subprocess.DEVNULL
                )
                return self
        raise AssertionError(f"Prometheus did not start: {self.command}")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        self.drain.wait(20)

    def ask(self, query):
        """The result of an instant query."""
        address = f"{self.address}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:
                told = json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{query}: {error.read()}") from error
        assert told["status"] == "success", (query, told)
        return told["data"]["result"]

    def wait(self, query, holds):
        """Until a query has the answer; what it is then."""
        deadline = time.monotonic() + 60
        while True:
            found = self.ask(query)
            if found and holds(float(found[0]["value"][1])):
                return found
            assert time.monotonic() < deadline, (query, found)
            time.sleep(0.2)


def percentiles(server, prometheus):
    """PromQL's p50, p95 and p99 lie in the buckets of those of the log."""
    latencies = [round(random.Random(SEED).lognormvariate(6.5, 1.2), 3) for _ in range(2_000)]
    # Calls of requests that have just ended, with an outcome, so that every figure has something.
    now = time.time()
    lines = []
    for number, latency in enumerate(latencies):
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - number % 600))
        common = {"request_id": f"r{number}", "agent": f"a{number % 3}", "timestamp": stamp}
        call = {"event": "llm_call", "model": f"m{number % 4}", "latency_ms": latency, **common}
        usage = {"input_tokens": 100, "output_tokens": 9, "context_window": 1000, "cost_usd": 0.01}
        lines.append({**call, **usage, "success": number % 20 != 0})
        lines.append({"event": "tool_call", "tool": f"t{number % 5}", "latency_ms": 5, **common})
        lines.append({"event": "task_end", "outcome": "completed", **common})
    half = len(lines) // 2
    # A rate needs a first sample before the others.
    for part in [lines[:half], lines[half:]]:
        server.post([json.dumps(line) for line in part])
        count = 'sum(agentwatch_call_latency_seconds_count{kind="llm"})'
        prometheus.wait(count, lambda seen: seen >= len(part) / 3)
    prometheus.wait(count, lambda seen: seen == len(latencies))
    bucket = 'sum by (le) (agentwatch_call_latency_seconds_bucket{kind="llm"})'
    bounds = sorted(float(found["metric"]["le"]) for found in prometheus.ask(bucket))
    ranked = sorted(latency / 1000 for latency in latencies)
    for share in [0.5, 0.95, 0.99]:
        true = ranked[int(share * len(ranked)) - 1]
        told = float(prometheus.ask(f"histogram_quantile({share}, {bucket})")[0]["value"][1])
        at = bisect.bisect_left(bounds, true)
        low = bounds[at - 1] if at else 0
        assert low <= told <= bounds[at], (SEED, share, true, told)
    report = server.run("report", "--metric", "llm_error_rate")["groups"][0]["metrics"]
    told = prometheus.ask("agentwatch_window_llm_error_rate")[0]["value"][1]
    assert abs(float(told) - report["llm_error_rate"]["value"]) < 1e-9, (told, report)


def dashboard(prometheus):
    """Every query of the Grafana dashboard is understood and finds something."""
    panels = json.loads(DASHBOARD.read_text())["panels"]
    queries = [target["expr"] for panel in panels for target in panel["targets"]]
    assert len(queries) > 15
    for query in queries:
        found = prometheus.ask(query.replace("$__rate_interval", "1m"))
        assert found, f"nothing answers {query}"
        assert all(sample["value"][1] != "NaN" for sample in found[:1]), (query, found)


def main():
    """One server, scraped once a second."""
    with Server(sys.argv[1], "--alerts", ALERTS) as server, tempfile.TemporaryDirectory() as folder:
        with Prometheus(server, folder) as prometheus:
            percentiles(server, prometheus)
            dashboard(prometheus)
            assert prometheus.ask("up")[0]["value"][1] == "1"
        text = server.ask("/metrics")[2]
        said = subprocess.run(
            ["promtool", "check", "metrics"], input=text, capture_output=True, check=False
        )
        assert (said.returncode, said.stdout, said.stderr) == (0, b"", b""), said
    print("prometheus: fine")


if __name__ == "__main__":
    main()
