#!/usr/bin/env python3
"""What PyPI's ddsketch, an independent implementation, makes of integers.

Reads JSON lists of integers of at least 0, one a line; writes an object a line: the bin of each
value of at least 1 under a relative accuracy of 1 %, the value that stands for that bin, and the
estimates at some ranks.
"""
import json
import sys

from ddsketch import DDSketch
from ddsketch.mapping import LogarithmicMapping

mapping = LogarithmicMapping(0.01)
for line in sys.stdin:
    values = json.loads(line)
    sketch = DDSketch(relative_accuracy=0.01)
    for value in values:
        sketch.add(value)
    last = len(values) - 1
    # Its rank is q (n - 1), rounded down; a half is added so that no rounding of q loses one.
    ranks = sorted({0, 1, last // 4, last // 2, last * 3 // 4, max(0, last - 1), last})
    keys = [mapping.key(value) for value in values if value >= 1]
    print(json.dumps({
        "keys": keys,
        "estimates": [mapping.value(key) for key in keys],
        "ranks": ranks,
        "quantiles": [
            sketch.get_quantile_value(min(1.0, (rank + 0.5) / last) if last else 0.5)
            for rank in ranks
        ],
    }))
