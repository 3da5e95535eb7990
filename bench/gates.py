"""What the bench has to show: each gate is a ratio or a bound, judged on the medians."""

# The four questions asked once by DuckDB, as a whole process, as a report is one.
DUCKDB = "duckdb, four questions"


def judged(result):
    """The gates that a result can be held to, each with its value and whether it is met."""
    gates = []
    for name, scale in result["scales"].items():
        if name in ("1M", "10M"):
            gates += of_ingest(name, scale) + of_reports(name, scale)
    for name, measured in result.get("hosts", {}).items():
        gates += of_hosts(name, measured)
    if "1M" in result["scales"] and "10M" in result["scales"]:
        small, large = (cpu(result["scales"][name]["measures"], "report") for name in ("1M", "10M"))
        gates.append(gate("report, 10M / 1M (CPU)", large / small, 1.5))
    # Of small logs the start of the program is most of it.
    if result.get("into_full", {}).get("held") in ("1M", "10M"):
        full = result["into_full"]
        gates.append(gate(f"ingest of {full['further']} into {full['held']} / fresh", ratio(
            full["measures"], "into a full store", "into a fresh store"), 1.3))
    if result.get("filled"):
        small, large = result["filled"].values()
        gates.append(gate(
            f"report, {large['events']:,} / {small['events']:,} generated events",
            seconds(large["measures"], "report") / seconds(small["measures"], "report"), 1.5))
        if large["events"] >= 100_000_000:
            gates.append(gate("100M generated events: report in ms",
                              seconds(large["measures"], "report") * 1000, 90))
    return gates


def of_ingest(name, scale):
    """Storing a log."""
    measures = scale["measures"]
    return [
        gate(f"{name}: ingest / duckdb", ratio(measures, "agentwatch ingest", "duckdb ingest"), 1.5),
        gate(f"{name}: ingest / chdb", ratio(measures, "agentwatch ingest", "chdb ingest"), None),
        gate(f"{name}: bytes an event", scale["bytes_an_event"], 90),
        gate(f"{name}: peak memory in MB", peak(measures), 300),
    ]


def of_hosts(name, measured):
    """Storing logs of hosts and asking about them."""
    gates = []
    for shape, measures in measured["shapes"].items():
        if "duckdb ingest" in measures:
            bound = 2 if shape == "in order of time" else 3
            for side, bound in (("duckdb ingest", bound), ("chdb ingest", None)):
                gates.append(gate(f"{name} of hosts {shape}: ingest / {side.split()[0]}",
                                  ratio(measures, "agentwatch ingest", side), bound))
    reports = measured["reports"]
    memory = max(peak(measures) for measures in [*measured["shapes"].values(), reports])
    gates += [gate(f"{name} of hosts: peak memory in MB", memory, 300),
              gate(f"{name} of hosts: bytes an event", measured["bytes_an_event"],
                   90 if name == "10M" else None)]
    if name != "10M":
        return gates
    bounds = {"report": 60, "report by hour, 7 days": 50, "report, 24 hours": 60,
              "report, 15 minutes in the middle": 100}
    gates += [gate(f"10M of hosts: {side} in ms", seconds(reports, side) * 1000, bound)
              for side, bound in bounds.items()]
    warm = sum(measured["questions"].values())
    exact = seconds(reports, "report exact")
    return gates + [
        gate("10M of hosts: report --exact / duckdb's four questions",
             exact / seconds(reports, DUCKDB), 4),
        gate("10M of hosts: report --exact / the same in a warm duckdb", exact / warm, None),
        gate("10M of hosts: overview of 30 days over HTTP in ms",
             seconds(measured["pages"], "overview, 30 days") * 1000, 50)]


def of_reports(name, scale):
    """Asking."""
    measures, asked = scale["measures"], sum(scale["questions"]["seconds"].values())
    report, exact = seconds(measures, "report"), seconds(measures, "report exact")
    gates = [gate(f"{name}: report --exact / duckdb's four questions",
                  exact / seconds(measures, DUCKDB), 4)]
    if name == "10M":
        gates += [
            gate("10M: duckdb's four questions / report", asked / report, 15, least=True),
            gate("10M: report in ms", report * 1000, 60),
        ]
    return gates + [gate(f"{name}: report by hour in ms",
                         seconds(measures, "report by hour") * 1000, 50)]


def gate(name, value, bound, least=False):
    """One gate; without a bound it is a goal that is only shown."""
    met = None if bound is None else (value >= bound if least else value <= bound)
    return {"gate": name, "value": round(value, 3), "bound": bound, "least": least, "met": met}


def text(gates):
    """The gates, a line each."""
    lines = ["", "gates (medians)"]
    for one in gates:
        bound = "" if one["bound"] is None else \
            f"{'at least' if one['least'] else 'at most'} {one['bound']}"
        word = {None: "", True: "met", False: "MISSED"}[one["met"]]
        lines.append(f"  {one['gate']:52} {one['value']:10.2f}   {bound:14} {word}")
    return "\n".join(lines)


def seconds(measures, side):
    """The median of wall time."""
    return measures[side]["seconds"]


def cpu(measures, side):
    """The median of processor time."""
    return measures[side]["cpu"]


def peak(measures):
    """The most memory that any of our processes took, in MB."""
    return max(measure["memory_mb"] for side, measure in measures.items()
               if not side.startswith(("duckdb", "chdb", "python")))


def ratio(measures, side, other):
    """How many times the wall time of another a side takes."""
    return seconds(measures, side) / seconds(measures, other)


def agreement(answers, report):
    """How far two answers about LLM calls by model agree: the largest relative difference of each
    figure. DuckDB counts duplicate lines, of which the logs have few, and prices nothing itself."""
    ours = {group["key"]["model"]: group["metrics"] for group in report["groups"]}
    worst = {"calls": 0.0, "errors": 0.0, "latency": 0.0}
    for model, calls, errors, latency, _ in answers["llm"]:
        own = ours[model]
        failed = own["llm_error_rate"]["value"] * own["llm_calls"]["value"]
        pairs = {"calls": [(own["llm_calls"]["value"], calls)], "errors": [(failed, errors)],
                 "latency": [(own[f"llm_latency_ms_{name}"]["value"], theirs)
                             for name, theirs in zip(("p50", "p95", "p99"), latency)]}
        for name, values in pairs.items():
            apart = max(abs(left - right) / right for left, right in values if right)
            worst[name] = round(max(worst[name], apart), 5)
    return worst
