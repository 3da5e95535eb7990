#!/usr/bin/env python3
"""The table of error phrases, and the class of an error by it.

The table mirrors the data of Sources/EventDecoding/ErrorClassifier.swift: it is a table of facts
about SDKs, and a second opinion on it would test nothing. Run as a program, this file compares the
two and exits 1 where they differ.
"""

import os
import re
import sys

NAMES = ("rate_limit", "overloaded", "server", "timeout", "connection", "auth", "invalid_request",
         "context_length", "content_filter", "tool_error", "denied", "cancelled", "max_turns", "other")
LOOKED_AT = 1024

# In the order of priority: the first phrase found anywhere in the text decides.
PHRASES = (
    ("context_length", (
        "context_length", "context length", "contextwindow*", "context window", "context_window",
        "contextlength", "prompt is too long", "prompt too long", "maximum context",
        "too many tokens in", "input is too long", "max_tokens_exceeded",
    )),
    ("content_filter", (
        "content_filter", "content filter", "contentfilter", "contentpolicy*", "content_policy",
        "content policy", "content management policy", "safety", "responsible_ai",
        "responsibleai*", "moderation", "recitation", "blocked by policy", "guardrail",
    )),
    ("max_turns", (
        "max_turns", "maxturns", "max turns", "maximum turns", "graphrecursion",
        "recursion limit", "recursion_limit", "max_iterations", "max iterations",
        "maximum iterations", "max_steps", "maxsteps", "iteration limit",
    )),
    ("rate_limit", (
        "rate_limit", "rate limit", "ratelimit*", "rate-limit", "too many requests",
        "too_many_requests", "toomanyrequests", "quota", "resource_exhausted",
        "resourceexhausted", "resource exhausted", "throttl*", "tokens per min*",
        "requests per min*",
    )),
    ("overloaded", (
        "overloaded", "overload*", "over capacity", "at capacity", "model is busy",
    )),
    ("cancelled", (
        "cancelled", "canceled", "cancellation", "aborterror", "aborted by", "interrupted",
        "keyboardinterrupt", "user abort",
    )),
    ("timeout", (
        "timeout", "timed out", "timed_out", "time out", "deadline", "etimedout",
        "took too long",
    )),
    ("auth", (
        "authentication", "authenticat*", "unauthorized", "unauthorised", "unauthenticated",
        "invalid api key", "invalid_api_key", "incorrect api key", "invalid x-api-key",
        "api key not", "apikey", "permissiondenied", "permission_denied", "permission_error",
        "permissionerror", "expired token", "token expired", "invalid token", "credential",
        "forbidden", "auth_error", "autherror",
    )),
    ("denied", (
        "denied", "rejected by user", "user rejected", "not allowed", "disallowed", "declined",
    )),
    ("tool_error", (
        "tool_error", "toolerror", "tool error", "toolexception", "tool_execution",
        "tool execution", "tool call failed", "filenotfound", "modulenotfound", "no such file",
    )),
    ("connection", (
        "connection", "connecterror", "econnreset", "econnrefused", "econnaborted", "enotfound",
        "ehostunreach", "enetunreach", "eai_again", "epipe", "broken pipe", "socket", "network",
        "dns", "name resolution", "getaddrinfo", "unreachable", "sslerror", "ssl error",
        "tls error", "remoteprotocolerror", "readerror", "writeerror", "fetch failed",
        "peer closed", "eof occurred", "incomplete chunked",
    )),
    ("server", (
        "internalserver", "internal_server", "internal server", "internal error",
        "internal_error", "server_error", "servererror", "server error", "api_error",
        "serviceunavailable", "service_unavailable", "service unavailable", "unavailable",
        "badgateway", "bad gateway", "bad_gateway", "gateway",
    )),
    ("invalid_request", (
        "invalid_request", "invalidrequest", "invalid request", "badrequest", "bad_request",
        "bad request", "invalid_argument", "invalidargument", "invalid argument",
        "unprocessable", "validation", "not_found", "notfound", "not found", "unsupported",
        "malformed", "json_schema", "request_too_large", "request too large",
    )),
    ("rate_limit", (
        "429",
    )),
    ("overloaded", (
        "529",
    )),
    ("timeout", (
        "408", "504",
    )),
    ("auth", (
        "401", "403",
    )),
    ("invalid_request", (
        "400", "404", "405", "409", "413", "415", "422",
    )),
    ("server", (
        "500", "501", "502", "503", "520", "521", "522",
    )),
    ("cancelled", (
        "499",
    )),
)


# Where a word begins after letters: rateLimit, APIError.
CHANGE = r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"
BEGIN = rf"(?:^|(?<![A-Za-z])|{CHANGE})"
END = rf"(?:$|(?![A-Za-z])|{CHANGE})"
ENDINGS = "(?i:s|es|ed|ing|error|errors|exception|exceeded)?"


def found(phrase, text):
    """Whether a phrase stands in a text as whole words; see PhraseIndex.swift."""
    if phrase.isdigit():
        return re.search(rf"(?<![0-9A-Za-z]){phrase}(?![0-9A-Za-z])", text) is not None
    stem = phrase.endswith("*")
    words = re.escape(phrase.rstrip("*"))
    tail = "" if stem else ENDINGS + END
    return re.search(rf"{BEGIN}(?i:api)?(?i:{words}){tail}", text) is not None


def class_of(text):
    """The class that a text names; None where it says nothing."""
    if not text:
        return None
    start = text.encode()[:LOOKED_AT].decode("utf-8", "replace")
    lowered = re.sub("[A-Z]", lambda letter: letter[0].lower(), start)
    if lowered in NAMES:
        return lowered
    return next((name for name, phrases in PHRASES if any(found(phrase, start) for phrase in phrases)),
                None)


def classify(error_type, error, kind):
    """The type decides; where it says nothing, the text does; else the kind of the event."""
    return class_of(error_type) or class_of(error) or ("tool_error" if kind == "tool_call" else "other")


def swift_table():
    """The table as the Swift source has it."""
    here = os.path.dirname(os.path.abspath(__file__))
    path = os.path.join(here, "..", "..", "Sources", "EventDecoding", "ErrorClassifier.swift")
    with open(path, encoding="utf-8") as file:
        table = file.read().split("static let phrases", 1)[1]
    rows = re.findall(r"\(\s*\.(\w+),\s*\[(.*?)\]\s*\)", table, re.DOTALL)
    return tuple((re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name),
                  tuple(re.findall(r'"([^"]+)"', phrases))) for name, phrases in rows)


if __name__ == "__main__":
    if swift_table() != PHRASES:
        sys.exit("error_classes.py differs from ErrorClassifier.swift: copy the table")
    print(f"{len(PHRASES)} rows agree")
