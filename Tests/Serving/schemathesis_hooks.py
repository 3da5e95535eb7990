"""Tells schemathesis how lines are sent."""

import schemathesis


@schemathesis.serializer("application/x-ndjson", "application/ndjson", "application/jsonl")
def lines(_, value):
    """A text is its bytes."""
    return str(value).encode()
