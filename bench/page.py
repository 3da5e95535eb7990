#!/usr/bin/env python3
"""Writes the tables of docs/PERFORMANCE.md from a result file, between the lines that mark them.

    bench/page.py bench/results/DATE-COMMIT.json
"""
import json
import pathlib
import sys

import gates as gate_lines
from corpus import ROOT

PAGE = ROOT / "docs" / "PERFORMANCE.md"
BEGIN, END = "<!-- bench/page.py writes from here -->", "<!-- to here -->"


def write(file):
    """Replaces the tables by those of a result."""
    result = json.loads(pathlib.Path(file).read_text())
    head, rest = PAGE.read_text().split(BEGIN)
    tail = rest.split(END)[1]
    parts = [about(result, pathlib.Path(file).name), judged(result), growth(result)]
    if result.get("hosts"):
        parts.append(hosts(result))
    if result.get("filled"):
        parts.append(filled(result))
    PAGE.write_text(head + BEGIN + "\n" + "\n\n".join(parts) + "\n" + END + tail)


def about(result, name):
    """What was measured on what."""
    machine, versions = result["machine"], result["versions"]
    return (
        f"{result['date'][:10]}, commit {result['commit']}: {machine['processor']}, "
        f"{machine['cores']} cores, {machine['memory_gb']} GB; DuckDB {versions['duckdb']}, chDB "
        f"{versions['chdb']}, {versions['swift']}. The load was {machine['load_at_start']:.1f} when it "
        f"began. Medians, from `bench/results/{name}`.")


def judged(result):
    """The gates."""
    rows = []
    for one in result["gates"]:
        bound = "" if one["bound"] is None else \
            f"{'at least' if one['least'] else 'at most'} {one['bound']}"
        rows.append([one["gate"], f"{one['value']:.2f}", bound,
                     {None: "", True: "yes", False: "**no**"}[one["met"]]])
    return table(["gate", "measured", "bound", "met"], rows)


def growth(result):
    """How cost grows with the log; every column is wall seconds (processor seconds)."""
    sides = ["agentwatch ingest", "duckdb ingest", "chdb ingest", "python ingest", "report",
             "report while requests are open", "report by hour", "report exact", gate_lines.DUCKDB]
    rows = []
    for side in sides:
        rows.append([side, *(both(scale["measures"].get(side))
                             for scale in result["scales"].values())])
    rows.append(["duckdb, four questions, warm", *(
        f"{sum(scale['questions']['seconds'].values()):.3f}" for scale in result["scales"].values())])
    rows.append(["bytes an event", *(
        f"{scale['bytes_an_event']:.0f}" for scale in result["scales"].values())])
    rows.append(["agentwatch's peak memory, MB", *(
        f"{gate_lines.peak(scale['measures']):.0f}" for scale in result["scales"].values())])
    return "Wall seconds (processor seconds) by events:\n\n" + table(
        ["", *result["scales"]], rows)


def hosts(result):
    """The logs of hosts."""
    sizes = list(result["hosts"].values())
    shapes = [(shape, side) for shape, measures in sizes[0]["shapes"].items() for side in measures]
    rows = [[f"{side}, {shape}", *(both(size["shapes"].get(shape, {}).get(side)) for size in sizes)]
            for shape, side in shapes]
    rows += [[side, *(both(size["reports"][side]) for size in sizes)] for side in sizes[0]["reports"]]
    rows.append(["duckdb, four questions, warm", *(
        f"{sum(size['questions'].values()):.3f}" for size in sizes)])
    rows += [[f"{page} over HTTP: first, then", *(
        f"{size['pages'][page]['first']:.3f}, {size['pages'][page]['seconds']:.3f}"
        for size in sizes)] for page in sizes[0]["pages"]]
    rows.append(["bytes an event", *(f"{size['bytes_an_event']:.0f}" for size in sizes)])
    return "Logs of hosts, wall seconds (processor seconds):\n\n" + table(
        ["", *result["hosts"]], rows)


def filled(result):
    """The stores that the generator filled."""
    stores = list(result["filled"].values())
    rows = [[side, *(both(store["measures"][side]) for store in stores)]
            for side in ("report", "report while requests are open", "report by hour")]
    rows.append(["bytes an event", *(f"{store['bytes_an_event']:.0f}" for store in stores)])
    return "Stores filled by `benchfill`, wall seconds (processor seconds):\n\n" + table(
        ["", *(f"{store['events']:,} events" for store in stores)], rows)


def both(measure):
    """Wall time and processor time."""
    return f"{measure['seconds']:.3f} ({measure['cpu']:.3f})" if measure else ""


def table(head, rows):
    """A table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    write(sys.argv[1])
