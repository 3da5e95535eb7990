"""Every metric of metrics.md as a function of its units, which `metrics.py` selects and groups.

A formula takes the units of one group and gives (value, n). Integers go in; the only division to a
float is the last step.
"""

from fractions import Fraction

MILLI = 1000
NANO = 10**9


def scale(value, divisor):
    """An exact value in its display unit; whole numbers stay whole where nothing is divided."""
    if value is None:
        return None
    return value if divisor == 1 and isinstance(value, int) else float(Fraction(value) / divisor)


def known(pick, units):
    return [value for value in map(pick, units) if value is not None]


def quantile(percent, pick, divisor):
    """Linear interpolation between the closest ranks."""
    def formula(units):
        values = sorted(known(pick, units))
        if not values:
            return None, 0
        low, part = divmod(percent * (len(values) - 1), 100)
        exact = Fraction(values[low])
        if part:
            exact += Fraction((values[low + 1] - values[low]) * part, 100)
        return float(exact / divisor), len(values)
    return formula


def average(pick, divisor):
    def formula(units):
        values = known(pick, units)
        return (float(Fraction(sum(values), len(values)) / divisor) if values else None), len(values)
    return formula


def largest(pick, divisor):
    def formula(units):
        values = known(pick, units)
        return scale(max(values, default=None), divisor), len(values)
    return formula


def summed(pick, divisor=1):
    def formula(units):
        values = known(pick, units)
        return scale(sum(values), divisor), len(values)
    return formula


def counted(test):
    """How many units are so; n is how many were looked at."""
    def formula(units):
        return sum(1 for unit in units if test(unit)), len(units)
    return formula


def share(test, among=lambda unit: True):
    def formula(units):
        looked_at = [unit for unit in units if among(unit)]
        hits = sum(1 for unit in looked_at if test(unit))
        return (float(Fraction(hits, len(looked_at))) if looked_at else None), len(looked_at)
    return formula


def quotient(upper, lower, among):
    """A ratio of two sums; null also where the lower sum is 0."""
    def formula(units):
        chosen = [unit for unit in units if among(unit)]
        below = sum(lower(unit) for unit in chosen)
        above = sum(upper(unit) for unit in chosen)
        return (float(Fraction(above) / below) if below else None), len(chosen)
    return formula


def cost_per_completed(units):
    completed = sum(1 for unit in units if unit.outcome == "completed")
    cost = sum(unit.cost or 0 for unit in units)
    return (float(Fraction(cost, completed) / NANO) if completed else None), completed


def retries(units):
    """Retry events, and later attempts in requests without any; n is the LLM calls."""
    calls = [unit for unit in units if unit.kind == "llm_call"]
    later = sum(1 for call in calls if (call.get("attempt") or 1) > 1
                and not any(event.kind == "retry" for event in call.request.extent))
    return len(units) - len(calls) + later, len(calls)


def latency_of(call):
    return call.get("latency_ms")


def family(name, pick, divisor, unit, level, statistics):
    """The statistics of one measure; `max` of a request also looks at open ones."""
    rows = {}
    for statistic in statistics.split():
        at = level + "+open" if statistic == "max" and level == "request" else level
        formula = {"avg": average, "max": largest}.get(statistic)
        made = formula(pick, divisor) if formula else quantile(int(statistic[1:]), pick, divisor)
        rows[f"{name}_{statistic}"] = (at, unit, made)
    return rows


def request_metrics(history, now, slow_micros):
    """Metrics whose unit is a request. `latency_so_far` is what covers the open ones."""
    loops = counted(lambda r: (r.repeated_tool_calls or 0) >= 5)
    has_outcome = lambda r: r.outcome is not None and r.agent in history.completing
    return {
        **family("request_latency_ms", lambda r: r.latency(r.closed_at > now), MILLI, "ms", "request",
                 "p95 p50 p99 avg max"),
        "error_rate": ("request", "ratio", share(lambda r: r.failed)),
        **family("context_utilization", lambda r: r.utilization, NANO, "ratio", "request", "p95 avg max"),
        **family("cost_per_request_usd", lambda r: r.cost, NANO, "usd", "request", "avg p95 max"),
        "task_completion_rate": ("request", "ratio", share(lambda r: r.outcome == "completed", has_outcome)),
        "escalation_rate": ("request", "ratio",
                            share(lambda r: r.escalated, lambda r: r.agent in history.escalating)),
        "requests": ("request", "count", counted(lambda r: True)),
        "open_requests": ("open", "count", counted(lambda r: True)),
        "oldest_open_request_seconds": ("open", "s", largest(lambda r: now - r.began, 10**6)),
        "unfinished_requests": ("request", "count", counted(lambda r: r.outcome == "unfinished")),
        **family("tokens_per_request", lambda r: r.tokens, 1, "tokens", "request", "avg p50 p95 p99 max"),
        "cost_per_completed_task_usd": ("request", "usd", cost_per_completed),
        **family("llm_calls_per_request", lambda r: len(r.llm_calls), 1, "count", "request", "avg max"),
        "slow_request_rate": ("request", "ratio",
                              share(lambda r: r.latency() > slow_micros, lambda r: r.latency() is not None)),
        "repeated_tool_calls_max": ("request+open", "count", largest(lambda r: r.repeated_tool_calls, 1)),
        "consecutive_tool_calls_max": ("request+open", "count",
                                       largest(lambda r: r.consecutive_tool_calls, 1)),
        "looping_requests": ("request+open", "count", loops),
    }


def llm_metrics():
    """Metrics whose unit is an LLM call."""
    both = lambda c: c.usage.output is not None and latency_of(c) is not None
    knows_cache = lambda c: c.usage.uncached is not None and c.usage.cache_read is not None
    missing = lambda c: c.success and c.usage.total_input is None and c.usage.output is None
    return {
        "llm_calls": ("llm", "count", counted(lambda c: True)),
        "llm_error_rate": ("llm", "ratio", share(lambda c: not c.success)),
        **family("llm_latency_ms", latency_of, MILLI, "ms", "llm", "p50 p95 p99 avg max"),
        **family("ttft_ms", lambda c: c.get("ttft_ms"), MILLI, "ms", "llm", "p50 p95 p99"),
        "input_tokens": ("llm", "tokens", summed(lambda c: c.usage.total_input)),
        "output_tokens": ("llm", "tokens", summed(lambda c: c.usage.output)),
        "cache_read_tokens": ("llm", "tokens", summed(lambda c: c.usage.cache_read)),
        "cache_write_tokens": ("llm", "tokens", summed(lambda c: c.usage.cache_write)),
        "cache_hit_ratio": ("llm", "ratio", quotient(lambda c: c.usage.cache_read,
                                                     lambda c: c.usage.total_input, knows_cache)),
        "output_tokens_per_second_avg": ("llm", "tokens/s", quotient(
            lambda c: c.usage.output, lambda c: Fraction(latency_of(c), 10**6), both)),
        "cost_usd_total": ("llm", "usd", summed(lambda c: c.usage.cost, NANO)),
        "retries": ("llm+retry", "count", retries),
        "rate_limited": ("llm", "count", counted(lambda c: c.error_class == "rate_limit")),
        "unpriced_calls": ("llm", "count", counted(lambda c: c.usage.cost is None)),
        "missing_usage_calls": ("llm", "count", counted(missing)),
    }


def tool_metrics():
    """Metrics whose unit is a tool call."""
    return {
        "tool_success_rate": ("tool", "ratio", share(lambda c: c.success)),
        "tool_calls": ("tool", "count", counted(lambda c: True)),
        **family("tool_latency_ms", latency_of, MILLI, "ms", "tool", "p50 p95 p99 avg max"),
    }


def all_metrics(history, now, slow_micros):
    """{name: (level, unit, formula)}."""
    return {**request_metrics(history, now, slow_micros), **llm_metrics(), **tool_metrics()}
