#!/usr/bin/env python3
"""Writes Sources/Pricing/BuiltInPrices.swift from an export of pydantic's genai-prices data (MIT).

    scripts/make-prices.py EXPORT.json > Sources/Pricing/BuiltInPrices.swift

Left out: time-of-day prices (the price in force for most of the day is taken), batch, flex and
priority prices, prices for audio, images and searches, and the other hosts of a model.
"""

import json
import re
import sys
from decimal import Decimal

VERSION = "0.2.3, exported 2026-11"

MODELS = {
    "openai": """gpt-3.5-turbo gpt-4 gpt-4-turbo gpt-4.1 gpt-4.1-mini gpt-4.1-nano gpt-4.5-preview
        chatgpt-4o-latest gpt-4o gpt-4o-2024-05-13 gpt-4o-mini
        gpt-5 gpt-5-mini gpt-5-nano gpt-5-pro gpt-5.1 gpt-5.1-codex-mini gpt-5.2 gpt-5.2-pro
        gpt-5.3 gpt-5.3-codex gpt-5.4 gpt-5.4-mini gpt-5.4-nano gpt-5.4-pro gpt-5.5 gpt-5.5-pro
        gpt-5.6-luna gpt-5.6-sol gpt-5.6-terra gpt-6-astra gpt-6-luna gpt-6-sol gpt-6.1-sol
        gpt-6.1-terra o1 o1-mini o1-preview o1-pro o3 o3-deep-research o3-mini o3-pro o4-mini
        text-embedding-3-large text-embedding-3-small text-embedding-ada-002""",
    "anthropic": """claude-2 claude-3-haiku claude-3-sonnet claude-3-opus-latest
        claude-3-5-haiku-latest claude-3-5-sonnet claude-3-7-sonnet-latest claude-opus-4-0
        claude-sonnet-4-0 claude-opus-4-1 claude-haiku-4-5 claude-sonnet-4-5 claude-opus-4-5
        claude-sonnet-4-6 claude-opus-4-6 claude-opus-4-7 claude-opus-4-8 claude-sonnet-5
        claude-opus-5 claude-haiku-5-5 claude-sonnet-5-5 claude-opus-5-5 claude-fable-5
        claude-fable-5-1 claude-fable-5-2 claude-mythos-5-2""",
    "google": """gemini-1.5-flash gemini-1.5-pro gemini-2.0-flash gemini-2.0-flash-lite
        gemini-2.5-flash gemini-2.5-flash-lite gemini-2.5-flash-lite-preview-tts gemini-2.5-pro
        gemini-2.5-pro-tts gemini-3-flash-preview gemini-3-pro-preview gemini-3.1-flash-lite
        gemini-3.1-pro-preview gemini-3.5-flash gemini-3.5-flash-lite gemini-3.6-flash
        gemini-3.7-flash gemini-3.8-flash gemini-3.8-flash-tts gemini-3.8-flash-lite-tts
        gemini-4-argon gemini-embedding-001""",
    "mistral": """codestral codestral-2508 devstral-2512 magistral-medium magistral-small
        ministral-8b mistral-embed mistral-large mistral-large-2512 mistral-large-4
        mistral-medium-3-1 mistral-medium-3-5 mistral-medium-latest mistral-nemo
        mistral-small-3.2-24b-instruct mistral-small-2603 mistral-small-latest pixtral-large""",
    "deepseek": """deepseek-chat deepseek-reasoner deepseek-v3.1-terminus deepseek-v3.2
        deepseek-v4-flash deepseek-v4-pro deepseek-flash""",
}

# Windows that the export does not know, as the vendors document them.
WINDOWS = {
    "gemini-2.5-pro": 1_048_576, "gemini-3-pro-preview": 1_048_576,
    "gemini-3.1-pro-preview": 1_048_576, "mistral-large": 131_072,
}

# Where Bedrock runs a model for 10 % more than everywhere; in front of its name, or nothing.
REGIONS = ["", "us.", "us-gov.", "eu.", "jp.", "au.", "apac.", "in."]
REGIONAL = re.compile(r"(?:regional|global)\.(anthropic\.claude-[a-z]+-\d(?:-\d(?!\d))?)(?:-|$)")

# Names that no vendor has, which stand in widespread examples of logs.
EXAMPLES = """        # examples
        claude-haiku-4-20250514
          200000 0.25 1.25 - - -
"""

PARTS = ["input_mtok", "output_mtok", "cache_read_mtok", "cache_write_mtok", "cache_write_1h_mtok"]
# Spelled with a dot (gpt-5.1) everywhere but in one router.
ROUTER_SPELLING = re.compile(r"gpt-\d-\d(-|$)")
DATED = re.compile(r"(.+[-@])20\d\d-?\d\d-?\d\d$")

HEAD = '''/// Prices and context windows of well-known models.
///
/// Made by scripts/make-prices.py: do not edit.
///
/// From the genai-prices data, copyright (c) Pydantic Services Inc., under the MIT licence, which
/// asks that this notice be kept: the data come "as is", without warranty of any kind. Version
/// {version}.
///
/// A model is its patterns, then an indented line for each of its prices: the context window in
/// tokens; US dollars a million tokens for input, output, cache read, cache write (5 min), cache
/// write (1 h), `-` for none; the day `from` which it holds; the input tokens `above` which it
/// holds, for all tokens of the call.
package enum BuiltInPrices {{
    /// The rows as text, compiled in; parsed by `PriceLines`.
    static let text = """
'''

FOOT = '''        """
}
'''


def patterns(match):
    """The clauses of a model as exact names and `prefix*`, dated names folded into one prefix."""
    kind, value = next(iter(match.items()))
    if kind == "or":
        return [pattern for clause in value for pattern in patterns(clause)]
    if kind == "and":  # the second clause only keeps speech models out, which have rows of their own
        return patterns(value[0])
    if kind in ("starts_with", "contains"):
        return [value + "*"]
    if kind == "ends_with":
        return [value]
    if ROUTER_SPELLING.match(value.lstrip("^")):
        return []
    if kind == "regex":
        stem = value.lstrip("^").replace("\\.", ".")
        stem, _, rest = stem.partition("[-@]") if "[-@]" in stem else stem.partition("\\d")
        if "[-@]" in value:
            return [stem + "-20*", stem + "@20*"]
        return [stem + ("20*" if "{" in rest else "0*")]
    dated = DATED.match(value)
    return [dated.group(1) + "20*"] if dated else [value]


def names(model):
    """The patterns of a model, without those that a shorter one covers."""
    if model["id"] == "gpt-4o-2024-05-13":  # dearer than the later gpt-4o
        return [model["id"]]
    found = list(dict.fromkeys(patterns(model["match"])))
    prefixes = [name[:-1] for name in found if name.endswith("*")]
    return [
        name for name in found
        if not any(name.rstrip("*") != short and name.startswith(short) for short in prefixes)
    ]


def hours(constraint):
    start, end = (int(constraint[key][:2]) * 60 + int(constraint[key][3:5])
                  for key in ("start_time", "end_time"))
    return ((end - start) % 1440) / 60


def dated(prices):
    """(first day, prices) in force for most of the day."""
    if isinstance(prices, dict):
        return [("", prices)]
    rows, day_rows = [], []
    for entry in prices:
        constraint = entry.get("constraint", {})
        if "start_time" in constraint:
            day_rows.append((hours(constraint), entry["prices"]))
        else:
            rows.append((constraint.get("start_date", ""), entry["prices"]))
    for length, price in day_rows:
        if length > 12:
            rows[-1] = (rows[-1][0], price)
    return rows


def tiers(prices):
    """(input tokens above which it holds, five prices as text)."""
    starts = {0}
    for part in PARTS:
        if isinstance(prices.get(part), dict):
            starts |= {tier["start"] for tier in prices[part]["tiers"]}
    for start in sorted(starts):
        yield start, [at(prices.get(part), start) for part in PARTS]


def at(price, start):
    if price is None:
        return "-"
    if isinstance(price, dict):
        held = [tier["price"] for tier in price["tiers"] if tier["start"] <= start]
        price = held[-1] if held else price["base"]
    text = str(Decimal(str(price)).normalize())
    return format(Decimal(text), "f")


def wrapped(words):
    """Lines of words that are short enough for the source."""
    row = []
    for word in words:
        if row and len(" ".join(row + [word])) > 90:
            yield " ".join(row)
            row = []
        row.append(word)
    yield " ".join(row)


def lines(model, patterns_of=None):
    """The patterns of a model, then one indented line a price."""
    yield from wrapped(patterns_of or names(model))
    window = str(model.get("context_window") or WINDOWS.get(model["id"]) or "-")
    for since, prices in dated(model["prices"]):
        for above, five in tiers(prices):
            words = [window, *five]
            words += [f"from={since}"] if since else []
            words += [f"above={above}"] if above else []
            yield "  " + " ".join(words)


def regional(model):
    """The lines of a model as Bedrock sells it, regionally or globally; none of any other."""
    name = REGIONAL.match(model["id"])
    if not name:
        return []
    family = name.group(1)
    regions = ["global."] if model["id"].startswith("global.") else REGIONS
    return list(lines(model, [f"{region}{family}*" for region in regions]))


def same_as_vendor(model, vendors):
    """Whether what a region costs is what the vendor charges: older models have no premium."""
    base = REGIONAL.match(model["id"]).group(1).removeprefix("anthropic.")
    found = next((vendors[key] for key in (base, base + "-0", base + "-latest") if key in vendors), None)
    if not found:
        return False
    own, theirs = (next(tiers(dated(one["prices"])[0][1]))[1][:2] for one in (model, found))
    return own == theirs


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        providers = {provider["id"]: provider for provider in json.load(file)}
    out = [HEAD.format(version=VERSION)]
    for provider, wanted in MODELS.items():
        models = {model["id"]: model for model in providers[provider]["models"]}
        out.append(f"        # {provider}\n")
        for model_id in wanted.split():
            out += [f"        {line}\n" for line in lines(models[model_id])]
    vendors = {model["id"]: model for model in providers["anthropic"]["models"]}
    out.append("        # aws, regional\n")
    models = sorted(providers["aws"]["models"], key=lambda model: model["id"])
    sold = [model for model in models if regional(model)]
    dearer = {
        REGIONAL.match(model["id"]).group(1) for model in sold if not same_as_vendor(model, vendors)
    }
    for model in sold:
        # Beside a dearer row for regions the global one has to stand, too.
        if REGIONAL.match(model["id"]).group(1) in dearer:
            out += [f"        {line}\n" for line in regional(model)]
    out.append(EXAMPLES)
    sys.stdout.write("".join(out) + FOOT)


if __name__ == "__main__":
    main()
