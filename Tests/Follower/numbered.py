"""Native events with numbers, several to a request, the same for the same seed."""

import json
import random

# Times lie in the past and are all different: requests are closed, and the order of their events
# does not depend on the file in which they end up.
BASE = 1_767_600_000_000_000
MODELS = ("gpt-4o", "claude-sonnet-4-5", "example-model")
TOOLS = ("search", "fetch", "calculate")


class Numbered:
    """The events of one writer; numbers of different writers differ."""

    def __init__(self, seed, writer, base=BASE):
        self.random = random.Random(f"{seed}-{writer}")
        self.writer = writer
        self.base = base
        self.count = 0
        self.begun = 0
        self.open = []

    def next(self):
        """One line with its line end."""
        self.count += 1
        if len(self.open) < 3 or self.random.random() < 0.2:
            self.begun += 1
            self.open.append([f"w{self.writer}-r{self.begun}", self.random.randrange(1, 6)])
        chosen = self.random.choice(self.open)
        chosen[1] -= 1
        if chosen[1] < 0:
            self.open.remove(chosen)
        event = self.ending() if chosen[1] < 0 else self.call()
        event.update(request_id=chosen[0], agent=f"agent-{self.writer % 3}",
                     n=self.writer * 10**9 + self.count,
                     timestamp=self.base + self.count * 1000 + self.writer)
        if self.random.random() < 0.3:
            event["note"] = "x" * self.random.randrange(400)
        return json.dumps(event, separators=(",", ":")).encode() + b"\n"

    def call(self):
        latency = self.random.randrange(1, 5_000_000) / 1000
        if self.random.random() < 0.4:
            return {"event": "tool_call", "tool": self.random.choice(TOOLS), "latency_ms": latency}
        return {"event": "llm_call", "model": self.random.choice(MODELS), "latency_ms": latency,
                "input_tokens": self.random.randrange(1, 9000),
                "output_tokens": self.random.randrange(1, 900),
                "cost_usd": self.random.randrange(1, 10**6) / 10**7,
                "success": self.random.random() < 0.9}

    def ending(self):
        outcome = self.random.choice(("completed", "completed", "failed", "escalated"))
        return {"event": "task_end", "outcome": outcome}
