"""One line of a native log in, one event or the reason for refusing it out, by the specification.

Written from the specification and docs/decisions/0001-readings.md alone: it shares no code and no
table with the Swift decoder except the error classes, which are data.
"""

import json
import re
from json.decoder import scanstring

from error_classes import classify
from moments import (DAY, EARLIEST, JSON_NUMBER, decimal_of, micros_of_number, micros_of_text,
                     scaled)

LONGEST_LINE = 16 << 20
DEEPEST = 512
LONGEST_NAME = 1024
LONGEST_EVENT = 256
OUTCOMES = ("completed", "failed", "escalated", "abandoned")
STATES = ("open", "half-open", "closed")
EXTENT = ("llm_call", "tool_call", "task_end", "retry")
WHITESPACE = b" \t\r\n"

TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens",
          "reasoning_tokens", "context_window")
WHO = ("agent", "user_id", "session_id", "event_id", "parent_id")
# The optional fields of each event by type; a field that is not here is some other field.
FIELDS = {
    "llm_call": {"tokens": TOKENS, "latency": ("latency_ms", "ttft_ms"), "cost": ("cost_usd",),
                 "attempt": ("attempt",), "bool": ("input_includes_cache",), "text": ("error",),
                 "name": ("error_type", "provider", "stop_reason") + WHO},
    "tool_call": {"latency": ("latency_ms",), "text": ("error",),
                  "name": ("error_type", "arguments_hash") + WHO},
    "task_end": {"latency": ("latency_ms",), "text": ("error",), "name": WHO},
    "escalation": {"text": ("reason",), "name": WHO},
    "retry": {"attempt": ("attempt",), "latency": ("delay_ms",), "name": ("error_type",)},
    "circuit_breaker": {"name": ("name", "request_id"), "tokens": ("failure_count",)},
    "generic": {"name": ("request_id",) + WHO},
}


class Rejected(Exception):
    """A line that looks like an event and is none; its argument is the reason."""


class Skipped(Exception):
    """A line that is no event at all."""


class Event:
    """One event: `values` holds the accepted fields in integer units, absent ones are not there."""

    __slots__ = ("kind", "name", "time", "source", "offset", "request_id", "values", "success",
                 "error_class", "arguments", "field_errors", "request", "usage")

    def get(self, field):
        return self.values.get(field)

    @property
    def order(self):
        return (self.time, self.source, self.offset)

    @property
    def is_call(self):
        return self.kind in ("llm_call", "tool_call")

    @property
    def start(self):
        """When it began: a call's end less its latency where that is known."""
        return self.time - (self.values.get("latency_ms", 0) if self.is_call else 0)


def refuse_constant(text):
    """NaN and Infinity are no JSON, whatever Python thinks."""
    raise ValueError(text)


DECODER = json.JSONDecoder(parse_float=decimal_of, parse_int=decimal_of, parse_constant=refuse_constant)


def decode(line, source, offset, read_at):
    """The event that a line tells of, or Rejected, or Skipped."""
    if len(line) > LONGEST_LINE:
        raise Rejected("line_too_long")
    text = utf8(payload(line))
    fields = parse(text)
    name = fields.get("event")
    if name is None:
        raise Skipped()
    if not isinstance(name, str) or not 0 < size(name) <= LONGEST_EVENT:
        raise Rejected("bad_event")
    return build(name, fields, text, source, offset, read_at)


def payload(line):
    """The line without what may stand before its object: NULs of a truncated file, BOM, a prefix."""
    line = line.lstrip(b"\0").strip(WHITESPACE)
    if not line.startswith(b"{"):
        at = line.find(b'{"')
        if at < 0:
            raise Skipped()
        line = line[at:]
    return line


def is_blank(line):
    """Whether nothing stands in a line but space (and the NULs that a truncation leaves)."""
    return not line.lstrip(b"\0").strip(WHITESPACE)


def utf8(line):
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        raise Rejected("invalid_utf8") from None


def parse(text):
    """The object of a line with exact numbers; the last of equal keys wins, null is absent."""
    if text.count("[") + text.count("{") > DEEPEST and depth(text) > DEEPEST:
        raise Rejected("nested_too_deep")
    try:
        fields = DECODER.decode(text)
    except ValueError:
        raise Rejected("invalid_json") from None
    return {clean(key): value for key, value in fields.items() if value is not None}


def depth(text):
    """How deep brackets nest outside of strings."""
    level = deepest = 0
    for bracket in re.sub(r'"(?:[^"\\]|\\.)*"', "", text):
        level += (bracket in "[{") - (bracket in "]}")
        deepest = max(deepest, level)
    return deepest


def clean(text):
    """Lone surrogates and NUL inside a text become the replacement character."""
    return re.sub("[\ud800-\udfff\0]", "\ufffd", text)


def size(text):
    return len(clean(text).encode())


def build(name, fields, text, source, offset, read_at):
    """Required fields first (they reject the line), then the optional ones (they are dropped)."""
    event = Event()
    event.kind = name if name in FIELDS and name != "generic" else "generic"
    event.name, event.source, event.offset = clean(name), source, offset
    event.values, event.field_errors, event.error_class, event.success = {}, [], None, True
    event.arguments = event.request = event.request_id = None
    check_required(event, fields)
    event.time = timestamp(fields, read_at)
    read_optional(event, fields)
    if event.is_call:
        event.success = success(event, fields)
    finish(event, fields, text)
    return event


def check_required(event, fields):
    if event.kind not in ("circuit_breaker", "generic"):
        event.request_id = required_name(fields, "request_id", "bad_request_id")
    if event.kind == "llm_call":
        event.values["model"] = required_name(fields, "model", "bad_model")
    if event.kind == "tool_call":
        event.values["tool"] = required_name(fields, "tool", "bad_tool")
    if event.kind == "task_end":
        event.values["outcome"] = one_of(fields.get("outcome"), OUTCOMES, "bad_outcome")
    if event.kind == "circuit_breaker":
        event.values["state"] = one_of(fields.get("state"), STATES, "bad_state")


def required_name(fields, field, reason):
    value = fields.get(field)
    if not isinstance(value, str) or not 0 < size(value) <= LONGEST_NAME:
        raise Rejected(reason)
    return clean(value)


def one_of(value, words, reason):
    if not isinstance(value, str) or value not in words:
        raise Rejected(reason)
    return value


def timestamp(fields, read_at):
    value = fields.get("timestamp")
    try:
        if isinstance(value, str):
            micros = micros_of_text(value)
        elif is_number(value):
            micros = micros_of_number(value)
        else:
            raise ValueError(value)
    except (ValueError, OverflowError):
        raise Rejected("bad_timestamp") from None
    if micros is None or not EARLIEST <= micros <= read_at + DAY:
        raise Rejected("timestamp_out_of_range")
    return micros


def is_number(value):
    return type(value).__name__ == "Decimal"


def success(event, fields):
    """What the line says, else whether it names an error; a wrong one rejects the line."""
    value = fields.get("success")
    if value is None:
        return logged_error(fields) is None
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    if isinstance(value, str) and JSON_NUMBER.fullmatch(value):
        value = decimal_of(value)
    if is_number(value) and value in (0, 1):
        return value == 1
    raise Rejected("bad_success")


def logged_error(fields):
    """The text of an error in whatever form, and what its class is found in; None where there is none."""
    value = fields.get("error")
    if value is None or value is False or value in ("", {}, []):
        return None
    if isinstance(value, str):
        return value, value
    if isinstance(value, dict):
        inner = value.get("error") if isinstance(value.get("error"), dict) else {}
        parts = {}
        for source in (value, inner):
            for key in ("type", "code", "message"):
                part = source.get(key)
                if is_number(part):
                    part = str(part)
                if isinstance(part, str) and part:
                    parts[key] = part
        if parts:
            text = parts.get("message") or parts.get("type") or parts.get("code")
            return text, " ".join(parts[key] for key in ("type", "code", "message") if key in parts)
    return "?", str(value)


def read_optional(event, fields):
    """Takes the optional fields of this kind of event; wrong ones are counted and left out."""
    readers = {"tokens": whole_number(0, 10**9), "attempt": whole_number(1, 10**6),
               "latency": amount(30 * 86_400_000, 3), "cost": amount(100_000, 9),
               "bool": lambda value: value if isinstance(value, bool) else None,
               "name": short_text, "text": lambda value: clean(value) if isinstance(value, str) else None}
    for kind, names in FIELDS[event.kind].items():
        for name in names:
            if name not in fields or name == "error" and not isinstance(fields[name], str):
                continue
            value = readers[kind](fields[name])
            if value is None:
                event.field_errors.append(name)
            elif value != "":  # an empty text is absent, and no error
                event.values[name] = value


def whole_number(least, most):
    """Reads integers of a range; 12.0 is one, 12.5 is not."""
    def read(value):
        if not is_number(value) or not least <= value <= most or value != value.to_integral_value():
            return None
        return int(value)
    return read


def amount(most, exponent):
    """Reads non-negative numbers, rounded once to integers of 10 to the minus `exponent`."""
    def read(value):
        if not is_number(value) or not 0 <= value <= most:
            return None
        return scaled(value, exponent)
    return read


def short_text(value):
    return clean(value) if isinstance(value, str) and size(value) <= LONGEST_NAME else None


def finish(event, fields, text):
    """What follows from the fields: the request it names, its error class, a tool's arguments."""
    if event.request_id is None:
        event.request_id = event.get("request_id")
    if event.is_call and not event.success:
        found = logged_error(fields)
        event.error_class = classify(event.get("error_type"), found and found[1], event.kind)
    if event.kind == "retry" and event.get("error_type"):
        event.error_class = classify(event.get("error_type"), None, event.kind)
    if event.kind == "tool_call":
        event.arguments = arguments(event, fields, text)


def arguments(event, fields, text):
    """What tells apart calls of one tool: the bytes of its arguments as logged, or their hash."""
    if "arguments" in fields:
        return ("arguments", raw_value(text, "arguments"))
    hashed = event.get("arguments_hash")
    return None if hashed is None else ("hash", hashed)


def raw_value(text, wanted):
    """The last value of a key of the outermost object as it stands in the line."""
    found = None
    at = skip_space(text, 1)
    while text[at] != "}":
        key, at = scanstring(text, at + 1)
        at = skip_space(text, skip_space(text, at) + 1)
        _, end = DECODER.raw_decode(text, at)
        if clean(key) == wanted:
            found = text[at:end]
        at = skip_space(text, end)
        if text[at] == ",":
            at = skip_space(text, at + 1)
    return found


def skip_space(text, at):
    while text[at] in " \t\r\n":
        at += 1
    return at
