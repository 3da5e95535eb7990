#!/usr/bin/env python3
"""z-scores of docs/ALERTS.md with Python's statistics: reads a JSON list of {"past", "value",
"least"} from standard input and prints the list of z."""

import json
import statistics
import sys


def score(case: dict) -> float:
    median = statistics.median(case["past"])
    deviation = statistics.median(abs(value - median) for value in case["past"])
    return 0.6745 * (case["value"] - median) / max(deviation, 0.05 * median, case["least"])


if __name__ == "__main__":
    json.dump([score(case) for case in json.load(sys.stdin)], sys.stdout)
