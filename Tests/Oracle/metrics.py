"""Which units a window, its filters and its breakdown select, and the report made of them."""

from collections import defaultdict

from metric_table import all_metrics
from moments import bucket, rfc3339

WHO = ("agent", "user", "session")
TIMES = ("minute", "hour", "day")
DIMENSIONS = WHO + ("model", "provider", "tool", "error", "outcome") + TIMES
CARRIES = {
    "request": WHO + ("outcome",) + TIMES,
    "request+open": WHO + ("outcome",) + TIMES,
    "open": WHO + ("outcome",),
    "llm": WHO + ("model", "provider", "error") + TIMES,
    "llm+retry": WHO + ("model", "provider", "error") + TIMES,
    "tool": WHO + ("tool", "error") + TIMES,
}
NOUNS = {"request": "requests", "request+open": "requests", "open": "open requests",
         "llm": "LLM calls", "llm+retry": "LLM calls", "tool": "tool calls"}
FIELD = {"agent": "agent", "user": "user_id", "session": "session_id"}


class Question:
    """What is asked: a window, a breakdown, filters, a zone, the clock."""

    def __init__(self, now, since=None, until=None, by=(), where=(), zone=None, slow_micros=10_000_000):
        self.now = now
        self.since = since
        self.until = now if until is None else min(until, now)
        self.by = list(by)
        self.where = defaultdict(set)
        for name, value in where:
            self.where[name].add(None if value == "(none)" else value)
        self.zone = zone
        self.slow_micros = slow_micros
        self.by_time = any(name in TIMES for name in self.by)

    def holds(self, time):
        return (self.since is None or time >= self.since) and time < self.until

    def value(self, unit, name):
        """What a unit is called in a dimension."""
        if name in TIMES:
            return bucket(time_of(unit), name, self.zone)
        if name in WHO:
            return who(unit, name)
        if name == "outcome":
            return "open" if unit.closed_at > self.now else unit.outcome
        return unit.error_class if name == "error" else unit.get(name)

    def passes(self, unit, names):
        return all(self.value(unit, name) in values
                   for name, values in self.where.items() if name in names)


def time_of(unit):
    return unit.time if hasattr(unit, "time") else unit.closed_at


def who(unit, name):
    """A call's own agent, user or session, else its request's."""
    if not hasattr(unit, "kind"):
        return getattr(unit, name)
    own = unit.get(FIELD[name])
    if own is not None or unit.request is None:
        return own
    return getattr(unit.request, name)


def units(history, question):
    """The units of every level that lie in the window, before filters."""
    calls = [event for event in history.events if question.holds(event.time)]
    closed = [r for r in history.requests if r.closed_at <= question.now and question.holds(r.closed_at)]
    llm = [event for event in calls if event.kind == "llm_call"]
    return {
        "request": closed,
        "request+open": closed + open_in_window(history, question),
        "open": [r for r in history.requests if r.closed_at > question.now and r.began < question.now],
        "llm": llm,
        "llm+retry": llm + [event for event in calls if event.kind == "retry"],
        "tool": [event for event in calls if event.kind == "tool_call"],
    }


def open_in_window(history, question):
    """Open requests with an event in a window that ends now, as far as they have got.

    A breakdown by time has no place for them: their time is in the future.
    """
    if question.until != question.now or question.by_time:
        return []
    found = [r for r in history.requests if r.closed_at > question.now
             and any(question.holds(event.time) for event in r.events)]
    return [part for part in (r.before(question.now) for r in found) if part is not None]


def report(history, question, totals):
    """The object that `report --exact --json` prints."""
    metrics = all_metrics(history, question.now, question.slow_micros)
    selected = units(history, question)
    asked = question.by + [name for name in question.where if name not in question.by]
    left_out, kept = [], {}
    for name, row in metrics.items():
        missing = [d for d in asked if d not in CARRIES[row[0]]]
        if missing:
            left_out.append({"metric": name, "reason": f"{NOUNS[row[0]]} have no {missing[0]}"})
        else:
            kept[name] = row
    return {
        "since": rfc3339(question.since), "until": rfc3339(question.until), "by": question.by,
        "now": rfc3339(question.now), "groups": groups(kept, selected, question),
        "quality": quality(history, selected, question, totals), "left_out": left_out,
    }


def groups(kept, selected, question):
    """One entry for each key that any unit has; without a breakdown exactly one."""
    cells = {}
    for level in {row[0] for row in kept.values()}:
        cells[level] = defaultdict(list)
        for unit in selected[level]:
            if question.passes(unit, DIMENSIONS):
                cells[level][tuple(question.value(unit, name) for name in question.by)].append(unit)
    keys = {key for level in cells.values() for key in level} if question.by else {()}
    ordered = sorted(keys, key=lambda key: [(value is not None, value or "") for value in key])
    return [{"key": dict(zip(question.by, key)),
             "metrics": {name: answer(formula, cells[level].get(key, []), unit)
                         for name, (level, unit, formula) in kept.items()}}
            for key in ordered]


def answer(formula, chosen, unit):
    value, n = formula(chosen)
    return {"value": value, "n": n, "unit": unit, "exact": True}


def quality(history, selected, question, totals):
    """What to know before trusting the numbers, within the filters that each unit can carry."""
    llm = [call for call in selected["llm"] if question.passes(call, CARRIES["llm"])]
    requests = [r for r in selected["request"] if question.passes(r, CARRIES["request"])]
    orphans = [e for e in history.orphans if question.holds(e.time) and question.passes(e, WHO)]
    return {
        "unpriced_calls": sum(call.usage.cost is None for call in llm),
        "missing_usage_calls": sum(call.success and call.usage.total_input is None
                                   and call.usage.output is None for call in llm),
        "inconsistent_usage": sum(call.usage.inconsistent for call in llm),
        "reused_request_ids": sum(request.number > 0 for request in requests),
        "orphan_events": len(orphans), "folded_names": 0,
        "read": {**{name: totals[name] for name in
                    ("lines", "rejected", "skipped", "duplicates", "field_errors")}, "late_events": 0},
    }
