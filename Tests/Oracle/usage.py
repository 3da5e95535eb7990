"""Tokens, money and context of one LLM call, in integers: nano-dollars and 1e-9 of a window."""

import json
from decimal import Decimal
from fractions import Fraction


PARTS = ("input", "cache_read", "cache_write", "output")


def half_even(value):
    """A fraction rounded half to even, which is what Python's round does with fractions."""
    return round(value)


class PriceTable:
    """Prices in USD per million tokens and windows, by the exact model name or a prefix with `*`.

    A row may say from when on it holds (`valid_from`, microseconds) and above how many input tokens
    (`above_input`).
    """

    def __init__(self, rows=()):
        self.rows = list(rows)
        self.fitting = {}

    @staticmethod
    def read(path):
        """The rows of a JSON file; an empty table without one."""
        if not path:
            return PriceTable()
        with open(path, encoding="utf-8") as file:
            return PriceTable(json.load(file))

    def row(self, model, time, tokens):
        """The row in force for a call: exact names, then the longest prefix, the newest, the highest step."""
        if model not in self.fitting:
            rows = [row for row in self.rows if fits(row["model"], model)]
            self.fitting[model] = sorted(rows, key=precedence, reverse=True)
        return next((row for row in self.fitting[model] if row.get("valid_from", time) <= time
                     and (not row.get("above_input") or row["above_input"] < (tokens or 0))), {})


def fits(pattern, model):
    return model.startswith(pattern[:-1]) if pattern.endswith("*") else model == pattern


def precedence(row):
    is_exact = not row["model"].endswith("*")
    return is_exact, len(row["model"]), row.get("valid_from", -2**63), row.get("above_input", 0)


def nanos(row, part):
    """Nano-dollars a token, exactly; None where the row has none."""
    value = row.get(part)
    return None if value is None else Fraction(Decimal(str(value))) * 1000


def is_free(row):
    """Whether every price that the row has is 0, and it has one."""
    known = [price for price in (nanos(row, part) for part in PARTS) if price is not None]
    return bool(known) and not any(known)


class Usage:
    """The disjoint token classes of one call; None is unknown, which is not 0."""

    __slots__ = ("uncached", "cache_read", "cache_write", "output", "inconsistent", "cost",
                 "utilization")

    def __init__(self, event, prices):
        self.cache_read = event.get("cache_read_tokens")
        self.cache_write = event.get("cache_write_tokens")
        self.output = event.get("output_tokens")
        self.inconsistent = False
        self.uncached = self.split(event.get("input_tokens"), event.get("input_includes_cache"))
        row = prices.row(event.get("model"), event.time, self.total_input)
        self.cost = self.logged_or_computed_cost(event, row)
        self.utilization = self.share_of_window(event, row)

    def split(self, logged, includes_cache):
        """Input without its cached part; a line whose cache exceeds its input excluded the cache."""
        if logged is None or includes_cache is False:
            return logged
        uncached = logged - (self.cache_read or 0) - (self.cache_write or 0)
        if uncached >= 0:
            return uncached
        self.inconsistent = True
        return logged

    @property
    def classes(self):
        return (self.uncached, self.cache_read, self.cache_write, self.output)

    @property
    def total_input(self):
        """Uncached input is most of it: without that the sum is unknown."""
        if self.uncached is None:
            return None
        return sum(part for part in self.classes[:3] if part is not None)

    def logged_or_computed_cost(self, event, row):
        """The cost as logged; a missing one, and a 0 for tokens that are not free, from the table."""
        logged = event.get("cost_usd")
        if logged == 0 and any(self.classes) and not is_free(row):
            logged = None
        return self.computed_cost(row) if logged is None else logged

    def computed_cost(self, row):
        parts = {part: nanos(row, part) for part in PARTS}
        if parts["input"] is None or self.uncached is None:
            return None
        if parts["output"] is not None and self.output is None:
            return None
        total = Fraction(0)
        for tokens, part in zip(self.classes, PARTS):
            price = parts[part]
            if price is None:
                # A cache class without a price of its own costs what input costs.
                price = 0 if part == "output" else parts["input"]
            total += (tokens or 0) * price
        return half_even(total)

    def share_of_window(self, event, row):
        """(input + output) / window in 1e-9; the window that the line names comes first."""
        window = event.get("context_window")
        if window is None:
            window = row.get("window")
        if not window or (self.total_input is None and self.output is None):
            return None
        return half_even(Fraction(((self.total_input or 0) + (self.output or 0)) * 10**9, window))
