"""Tokens, money and context of one LLM call, in integers: nano-dollars and 1e-9 of a window."""

import json
from decimal import Decimal
from fractions import Fraction


def half_even(value):
    """A fraction rounded half to even, which is what Python's round does with fractions."""
    return round(value)


class PriceTable:
    """Prices in USD per million tokens and windows by the exact model name."""

    def __init__(self, path=None):
        self.entries = {}
        if path:
            with open(path, encoding="utf-8") as file:
                for entry in json.load(file):
                    self.entries[entry["model"]] = entry

    def window(self, model):
        return self.entries.get(model, {}).get("window")

    def price(self, model, part):
        """Nano-dollars a token, exactly; None where the table has none."""
        value = self.entries.get(model, {}).get(part)
        return None if value is None else Fraction(Decimal(str(value))) * 1000

    def is_free(self, model):
        """Whether the table knows the model and every price that it has is 0."""
        prices = [self.price(model, part) for part in ("input", "output", "cache_read", "cache_write")]
        known = [price for price in prices if price is not None]
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
        self.cost = self.logged_or_computed_cost(event, prices)
        self.utilization = self.share_of_window(event, prices)

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

    def logged_or_computed_cost(self, event, prices):
        """The cost as logged; a missing one, and a 0 for tokens that are not free, from the table."""
        logged = event.get("cost_usd")
        if logged == 0 and any(self.classes) and not prices.is_free(event.get("model")):
            logged = None
        return self.computed_cost(event.get("model"), prices) if logged is None else logged

    def computed_cost(self, model, prices):
        parts = {part: prices.price(model, part)
                 for part in ("input", "output", "cache_read", "cache_write")}
        if parts["input"] is None or self.uncached is None:
            return None
        if parts["output"] is not None and self.output is None:
            return None
        total = Fraction(0)
        for tokens, part in zip(self.classes, ("input", "cache_read", "cache_write", "output")):
            price = parts[part]
            if price is None:
                # A cache class without a price of its own costs what input costs.
                price = 0 if part == "output" else parts["input"]
            total += (tokens or 0) * price
        return half_even(total)

    def share_of_window(self, event, prices):
        """(input + output) / window in 1e-9; the window that the line names comes first."""
        window = event.get("context_window")
        if window is None:
            window = prices.window(event.get("model"))
        if not window or (self.total_input is None and self.output is None):
            return None
        return half_even(Fraction(((self.total_input or 0) + (self.output or 0)) * 10**9, window))
