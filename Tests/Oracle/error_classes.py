"""Error classes (placeholder until the table is mirrored)."""
def classify(error_type, error, kind):
    return "tool_error" if kind == "tool_call" else "other"
