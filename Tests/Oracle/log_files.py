"""Whole files in, events and the ledger out: what became of every line."""

import os
from collections import Counter

from native_format import LONGEST_LINE, Rejected, Skipped, decode, is_blank

COUNTS = ("lines", "events", "duplicates", "rejected", "skipped", "joined", "blank", "unfinished",
          "field_errors")


class Reading:
    """Everything read so far from some files, in the order in which they are given."""

    def __init__(self, read_at):
        self.read_at = read_at
        self.events = []
        self.ledgers = {}
        self.seen = set()

    def read(self, path):
        """Reads one file; its source is its absolute path."""
        ledger = self.ledgers[path] = Counter(dict.fromkeys(COUNTS, 0))
        ledger.reasons = Counter()
        source, offset = os.path.abspath(path), 0
        with open(path, "rb") as file:
            for line in file:
                self.read_line(line, source, offset, ledger)
                offset += len(line)
        return ledger

    def read_line(self, line, source, offset, ledger):
        terminated = line.endswith(b"\n")
        body = line[:-1] if terminated else line
        if body.endswith(b"\r") and terminated:
            body = body[:-1]
        if not terminated and not self.is_whole(body, source, offset):
            ledger["unfinished"] += 1
            return
        ledger["lines"] += 1
        ledger[self.judge(body, source, offset, ledger)] += 1

    def judge(self, body, source, offset, ledger):
        """Which count of the ledger a line belongs to; keeps its event."""
        if len(body) <= LONGEST_LINE and is_blank(body):
            return "blank"
        try:
            event = decode(body, source, offset, self.read_at)
        except Skipped:
            return "skipped"
        except Rejected as refusal:
            ledger.reasons[refusal.args[0]] += 1
            return "rejected"
        ledger["field_errors"] += len(event.field_errors)
        if self.is_duplicate(event):
            return "duplicates"
        self.events.append(event)
        return "events"

    def is_whole(self, body, source, offset):
        """Whether a last line without its end is a whole object (good or bad as an event)."""
        try:
            decode(body, source, offset, self.read_at)
        except Skipped:
            return False
        except Rejected as refusal:
            return refusal.args[0] not in ("invalid_json", "invalid_utf8", "line_too_long")
        return True

    def is_duplicate(self, event):
        """Whether its event_id was read before for its request and kind."""
        name = event.get("event_id")
        if name is None or event.request_id is None:
            return False
        key = (event.request_id, event.name, name)
        if key in self.seen:
            return True
        self.seen.add(key)
        return False

    def totals(self):
        """The ledgers of all files added up."""
        total = Counter(dict.fromkeys(COUNTS, 0))
        for ledger in self.ledgers.values():
            total.update(ledger)
        return total
