"""The prices and windows of a store, as rows of the oracle's own price table."""

import json
from decimal import Decimal

from usage import PARTS, PriceTable

PICO_TO_USD_PER_MILLION = Decimal(10) ** -6


def rows_of(table):
    """The rows of `agentwatch sql --json` by column name."""
    return [dict(zip(table["columns"], row)) for row in table["rows"]]


def key(row):
    return row["pattern"], row["provider"], row["valid_from"]


def entry(row, window):
    """One row of the oracle's table; prices go as decimal text, so that nothing is lost."""
    prices = {part: None if row.get(part) is None else str(row[part] * PICO_TO_USD_PER_MILLION)
              for part in PARTS}
    return {"model": row["pattern"], "valid_from": row["valid_from"],
            "above_input": row.get("above_input", 0), "window": window, **prices}


def price_table(prices_path, windows_path):
    """From the answers of `SELECT * FROM prices` and `SELECT * FROM model_windows`, both as JSON."""
    with open(prices_path, encoding="utf-8") as file:
        prices = rows_of(json.load(file))
    with open(windows_path, encoding="utf-8") as file:
        windows = {key(row): row for row in rows_of(json.load(file))}
    named = [row for row in prices + list(windows.values()) if row["provider"]]
    if named:
        raise SystemExit(f"the oracle knows no prices by provider: {named[0]['pattern']}")
    sizes = {k: row["context_window"] for k, row in windows.items()}
    priced = {key(row) for row in prices}
    return PriceTable([entry(row, sizes.get(key(row))) for row in prices]
                      + [entry(row, sizes[k]) for k, row in windows.items() if k not in priced])
