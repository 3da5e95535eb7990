"""What one writes first: json.loads and executemany, in one transaction."""
import json
import sqlite3
import sys

FIELDS = ("event", "request_id", "timestamp", "agent", "user_id", "session_id", "model", "tool",
          "input_tokens", "output_tokens", "latency_ms", "success", "cost_usd", "error", "outcome")


def rows(log):
    with open(log, encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            yield tuple(event.get(field) for field in FIELDS)


log, database = sys.argv[1:]
connection = sqlite3.connect(database)
connection.execute(f"CREATE TABLE events ({', '.join(FIELDS)})")
connection.executemany(f"INSERT INTO events VALUES ({', '.join('?' * len(FIELDS))})", rows(log))
connection.commit()
