"""Requests from events: which events make one, and every field of metrics.md."""

from collections import Counter, defaultdict

from moments import HOUR, MINUTE
from native_format import EXTENT
from usage import Usage

IDLE_TIMEOUT = 5 * MINUTE
UNFINISHED_AFTER = 30 * MINUTE
REQUEST_GAP = 24 * HOUR
REOPEN_WITHIN = 5 * MINUTE
LOOP_REPEATS = 5


def total(values):
    """The sum of what is known, None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


class Request:
    """One request: `extent` gives it its times, `others` only set flags and names."""

    def __init__(self, request_id, number, extent, others):
        self.id = request_id
        self.number = number
        self.extent = extent
        self.events = sorted(extent + others, key=lambda event: event.order)
        self.began = min(event.start for event in extent)
        self.calls = [event for event in extent if event.is_call]
        self.llm_calls = [event for event in self.calls if event.kind == "llm_call"]
        self.tool_calls = [event for event in self.calls if event.kind == "tool_call"]
        self.task_ends = [event for event in extent if event.kind == "task_end"]
        self.ended_at = (self.task_ends or extent)[-1].time
        self.agent, self.user, self.session = map(self.first_name, ("agent", "user_id", "session_id"))
        self.ends_tasks = False
        self.add_up()

    def first_name(self, field):
        """What the first event that names one says."""
        names = (event.get(field) for event in self.events)
        return next((name for name in names if name is not None), None)

    def add_up(self):
        """Sums that need no clock and no other request."""
        self.input_tokens = total(event.usage.total_input for event in self.llm_calls)
        self.output_tokens = total(event.usage.output for event in self.llm_calls)
        self.tokens = total((self.input_tokens, self.output_tokens))
        self.cost = total(event.usage.cost for event in self.llm_calls)
        self.partly_unpriced = any(event.usage.cost is None for event in self.llm_calls)
        shares = [event.usage.utilization for event in self.llm_calls]
        self.utilization = max((share for share in shares if share is not None), default=None)

    @property
    def started_at(self):
        if not self.calls or self.calls[0].get("latency_ms") is None:
            return None
        return min(call.start for call in self.calls if call.get("latency_ms") is not None)

    @property
    def closed_at(self):
        if self.task_ends:
            return self.ended_at
        return self.ended_at + (UNFINISHED_AFTER if self.ends_tasks else IDLE_TIMEOUT)

    @property
    def logged_outcome(self):
        return self.task_ends[-1].get("outcome") if self.task_ends else None

    @property
    def outcome(self):
        """The outcome once closed: what was logged, else a crash, else none."""
        return self.logged_outcome or ("unfinished" if self.ends_tasks else None)

    def latency(self, is_open=False):
        """Microseconds; an open request has lasted as long as its events reach."""
        if self.task_ends and self.task_ends[-1].get("latency_ms") is not None:
            return self.task_ends[-1].get("latency_ms")
        if self.started_at is None or (self.outcome == "unfinished" and not is_open):
            return None
        lasted = self.ended_at - self.started_at
        return lasted if lasted >= 0 else None

    @property
    def escalated(self):
        return self.outcome == "escalated" or any(e.kind == "escalation" for e in self.events)

    @property
    def failed(self):
        if self.outcome is not None:
            return self.outcome in ("failed", "unfinished")
        calls = self.llm_calls or self.tool_calls
        return bool(calls) and not calls[-1].success

    @property
    def repeated_tool_calls(self):
        """Most calls of one tool with the same arguments; None where no arguments are logged."""
        counts = Counter((call.get("tool"), call.arguments)
                         for call in self.tool_calls if call.arguments is not None)
        return max(counts.values(), default=None)

    @property
    def consecutive_tool_calls(self):
        """The longest run of one tool; another tool or an LLM call ends a run."""
        longest, run, tool = None, 0, None
        for call in self.calls:
            name = call.get("tool")
            run = run + 1 if name is not None and name == tool else int(name is not None)
            tool = name
            longest = max(longest or 0, run) if self.tool_calls else None
        return longest

    def before(self, now):
        """The request as its events before now make it; None where none of its extent is."""
        extent = [event for event in self.extent if event.time < now]
        if len(extent) == len(self.extent):
            return self
        others = [e for e in self.events if e.kind not in EXTENT and e.time < now]
        if not extent:
            return None
        part = Request(self.id, self.number, extent, others)
        part.agent, part.user, part.session = self.agent, self.user, self.session
        part.ends_tasks = self.ends_tasks
        return part


def split(extent):
    """The extent events of one id in order, cut where its id was used again."""
    parts, first_end = [], None
    for event in extent:
        is_new = not parts or event.time - parts[-1][-1].time > REQUEST_GAP
        if event.is_call and first_end is not None and event.start - first_end > REOPEN_WITHIN:
            is_new = True
        if is_new:
            parts.append([])
            first_end = None
        parts[-1].append(event)
        if event.kind == "task_end" and first_end is None:
            first_end = event.time
    return parts


def assign(others, parts):
    """Which part each event outside of the extent belongs to: the latest begun by then, else the first."""
    began = [min(event.start for event in part) for part in parts]
    assigned = [[] for _ in parts]
    for event in others:
        owner = max((i for i, time in enumerate(began) if time <= event.time), default=0)
        assigned[owner].append(event)
    return assigned


def requests_of(request_id, events):
    """All requests of one id, in order."""
    events = sorted(events, key=lambda event: event.order)
    extent = [event for event in events if event.kind in EXTENT]
    if not extent:
        return []
    others = [event for event in events if event.kind not in EXTENT]
    parts = split(extent)
    return [Request(request_id, number, part, more)
            for number, (part, more) in enumerate(zip(parts, assign(others, parts)))]


class History:
    """Everything stored: requests, events, and what is known of agents over all time."""

    def __init__(self, events, prices):
        by_id = defaultdict(list)
        for event in events:
            if event.kind == "llm_call":
                event.usage = Usage(event, prices)
            if event.request_id is not None:
                by_id[event.request_id].append(event)
        self.requests, self.orphans = [], []
        for request_id, members in by_id.items():
            self.add(requests_of(request_id, members), members)
        self.events = events
        self.learn_agents()

    def add(self, requests, members):
        if not requests:
            self.orphans += members
        for request in requests:
            for event in request.events:
                event.request = request
        self.requests += requests

    def learn_agents(self):
        """When each agent first logged a completed task, which completed, which escalated, ever."""
        first = {}
        for request in self.requests:
            for end in request.task_ends:
                if end.get("outcome") == "completed":
                    agent = end.get("agent") or request.agent
                    first[agent] = min(first.get(agent, end.time), end.time)
        for request in self.requests:
            request.ends_tasks = request.agent in first and first[request.agent] <= request.ended_at
        self.completing = {r.agent for r in self.requests if r.outcome == "completed"}
        self.escalating = self.completing | {r.agent for r in self.requests if r.escalated}
