-- The schema of an agentwatch database, and its only copy: the program runs this very text.
--
--     sqlite3 new.db < schema.sql
--
-- makes an empty database that the program opens. Times are integer microseconds since 1970 (UTC),
-- money is integer nano-dollars, lengths of time are microseconds. NULL is unknown; it is never 0.
-- Query the views at the end: llm_calls, tool_calls, request_summary, events. Open the file read-only
-- (sqlite3 -readonly, or mode=ro): only agentwatch may write and checkpoint it.

PRAGMA page_size = 8192;
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA application_id = 1096237908; -- 'AWCT' in ASCII
PRAGMA user_version = 1;

-- What a file was and how far it has been read. A file that is replaced or truncated at its path
-- is a new generation, and a row of its own.
CREATE TABLE sources (
    id          INTEGER PRIMARY KEY,
    path        TEXT NOT NULL,             -- at first sight; '-' is standard input
    generation  INTEGER NOT NULL,
    device      INTEGER NOT NULL,
    inode       INTEGER NOT NULL,
    head_length INTEGER NOT NULL,          -- how many first bytes head_hash covers
    head_hash   INTEGER NOT NULL,
    tail_hash   INTEGER NOT NULL,          -- of the last 4 KiB (or less) before read_offset
    chain_hash  INTEGER NOT NULL,          -- chained over the whole 4 KiB blocks before read_offset
    read_offset INTEGER NOT NULL,          -- the byte after the last one read, decompressed
    size        INTEGER NOT NULL,          -- of the file when last looked at
    archive_size INTEGER,                  -- compressed size of an archive that was read to its end
    seen_at     TEXT NOT NULL,             -- where the file lay last; not path after a rename
    identity    TEXT NOT NULL,             -- how it was recognised last
    first_read  INTEGER NOT NULL,          -- when it was first seen
    last_read   INTEGER NOT NULL,          -- when something of it was last stored
    newest_event INTEGER,                  -- the latest time that an event of it has
    behind_since INTEGER,                  -- since when bytes of it are unread; NULL: all is read
    last_error  TEXT,
    UNIQUE (path, generation)
) STRICT;

-- What became of the lines, by the minute in which they were read. In every row
-- lines = events + duplicates + rejected + skipped + joined + blank.
CREATE TABLE ledger (
    source       INTEGER NOT NULL REFERENCES sources (id),
    minute       INTEGER NOT NULL,
    lines        INTEGER NOT NULL,
    events       INTEGER NOT NULL,
    duplicates   INTEGER NOT NULL,
    conflicting_duplicates INTEGER NOT NULL,
    rejected     INTEGER NOT NULL,
    skipped      INTEGER NOT NULL,
    expired      INTEGER NOT NULL,         -- of skipped: events from before retention.horizon
    joined       INTEGER NOT NULL,
    blank        INTEGER NOT NULL,
    field_errors INTEGER NOT NULL,
    bytes        INTEGER NOT NULL,
    late_events  INTEGER NOT NULL,         -- of events: those that a follower which had caught up
                                           -- stored more than 70 s after their time
    PRIMARY KEY (source, minute),
    CHECK (lines = events + duplicates + rejected + skipped + joined + blank)
) STRICT, WITHOUT ROWID;

-- Optional fields that were dropped for their type or range.
CREATE TABLE field_errors (
    source INTEGER NOT NULL REFERENCES sources (id),
    field  TEXT NOT NULL,
    count  INTEGER NOT NULL,
    PRIMARY KEY (source, field)
) STRICT, WITHOUT ROWID;

-- Lines that could not be read: the newest 1,000 of a source, and its first 20 that were no event
-- (reason not_an_event). The ledger counts them all.
CREATE TABLE rejects (
    id          INTEGER PRIMARY KEY,
    source      INTEGER NOT NULL REFERENCES sources (id),
    line_offset INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    length      INTEGER NOT NULL,          -- of the whole line, in bytes
    line        BLOB NOT NULL              -- at most its first 64 KiB, secrets masked
) STRICT;
CREATE INDEX rejects_by_source ON rejects (source, id);

-- The last follower: its signs of life. No row: there never was one.
CREATE TABLE follower (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    pid        INTEGER,                    -- NULL: it has stopped in good order
    started_at INTEGER NOT NULL,
    looked_at  INTEGER NOT NULL,           -- when it last looked at its files
    poll       INTEGER                     -- how often it does, in microseconds; NULL: not known
) STRICT;

-- When followers began to read, for charts; the newest thousand.
CREATE TABLE follower_starts (at INTEGER PRIMARY KEY) STRICT;

-- Posts that carried a key, so that the same post sent again is answered the same and changes nothing;
-- the oldest are deleted after a day. A large post is stored in parts.
CREATE TABLE posts (
    id           INTEGER PRIMARY KEY,
    key          TEXT NOT NULL UNIQUE,     -- as the poster chose it
    body_hash    INTEGER NOT NULL,         -- the first 64 bits of the SHA-256 of the body
    received     INTEGER NOT NULL,
    stored_bytes INTEGER NOT NULL,         -- how much of the body is stored
    progress     TEXT,                     -- JSON: what was counted so far; NULL: all is stored
    answer       TEXT                      -- JSON; NULL: a part is missing
) STRICT;

-- How many events and requests there are.
CREATE TABLE store_counts (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    events   INTEGER NOT NULL,
    requests INTEGER NOT NULL
) STRICT;
INSERT INTO store_counts VALUES (1, 0, 0);

-- Strings that repeat, stored once. kind: 1 agent, 2 user, 3 session, 4 model, 5 provider, 6 tool,
-- 7 error text, 8 stop reason, 9 circuit breaker, 10 event.
CREATE TABLE names (
    id   INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (kind, name)
) STRICT;

-- The words behind the small numbers of events and requests.
CREATE TABLE event_kinds (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
INSERT INTO event_kinds VALUES (1, 'llm_call'), (2, 'tool_call'), (3, 'task_end'), (4, 'escalation'),
    (5, 'retry'), (6, 'circuit_breaker'), (7, 'generic');
CREATE TABLE outcomes (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
INSERT INTO outcomes VALUES (1, 'completed'), (2, 'failed'), (3, 'escalated'), (4, 'abandoned'),
    (11, 'open'), (12, 'half-open'), (13, 'closed');
CREATE TABLE error_classes (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
INSERT INTO error_classes VALUES (1, 'rate_limit'), (2, 'overloaded'), (3, 'server'), (4, 'timeout'),
    (5, 'connection'), (6, 'auth'), (7, 'invalid_request'), (8, 'context_length'),
    (9, 'content_filter'), (10, 'tool_error'), (11, 'denied'), (12, 'cancelled'), (13, 'max_turns'),
    (14, 'other');

-- The ids that events share, and their lookup by a hash (SipHash-1-3 of the text): a hash is a
-- fraction of the text to sort and to index. Equal hashes are told apart by the text.
CREATE TABLE request_ids (
    id         INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL,
    last_event INTEGER NOT NULL            -- the end of the chain events.previous
) STRICT;
CREATE TABLE request_hashes (
    hash    INTEGER NOT NULL,              -- the low 32 bits, signed
    request INTEGER NOT NULL,
    PRIMARY KEY (hash, request)
) STRICT, WITHOUT ROWID;

-- Up to which of request_ids the requests are in request_hashes and person_requests. The later ones are
-- found by reading them, until there are enough to add them in one go.
CREATE TABLE indexed_requests (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    through INTEGER NOT NULL
) STRICT;
INSERT INTO indexed_requests VALUES (1, 0);

-- Ids with more than 10,000 events, such as one that a program writes everywhere. What comes under them
-- is counted into their latest request, without reading the earlier events again.
CREATE TABLE long_requests (
    request    INTEGER PRIMARY KEY,        -- request_ids
    events     INTEGER NOT NULL,
    early_end  INTEGER NOT NULL            -- where the chain of the first 1,000 events ends
) STRICT;

-- The event_ids of those, to find duplicates by.
CREATE TABLE long_request_events (
    request INTEGER NOT NULL,
    hash    INTEGER NOT NULL,              -- SipHash-1-3 of the event_id, with its kind
    event   INTEGER NOT NULL,              -- the id of the event
    PRIMARY KEY (request, hash, event)
) STRICT, WITHOUT ROWID;

-- Where an event comes from and for whom it was done. agent, user and session are the event's own
-- or, where it names none, its request's; 0 is none. named: 4 8 16 the event names its agent, user,
-- session itself.
CREATE TABLE origins (
    id      INTEGER PRIMARY KEY,
    source  INTEGER NOT NULL,              -- sources
    agent   INTEGER NOT NULL,              -- names, as are user and session
    user    INTEGER NOT NULL,
    session INTEGER NOT NULL,
    named   INTEGER NOT NULL,
    UNIQUE (source, agent, user, session, named)
) STRICT;

-- Which model an LLM call asked, of whom, and how much that held at the time.
CREATE TABLE models (
    id             INTEGER PRIMARY KEY,
    model          INTEGER NOT NULL,       -- names, as is provider; 0 is none
    provider       INTEGER NOT NULL,
    context_window INTEGER,
    UNIQUE (model, provider, context_window)
) STRICT;

-- How a call ended; 0 is none. Most say the same as row 1. flags: 1 the cost was logged, 2 cache classes
-- exceeded the input, 32 it counts as a retry. The ids of failures are even, so that an index can hold the
-- calls that failed and no others.
CREATE TABLE results (
    id          INTEGER PRIMARY KEY,
    error_class INTEGER NOT NULL,          -- error_classes; 0: it succeeded
    error_text  INTEGER NOT NULL,          -- names, as is stop_reason
    stop_reason INTEGER NOT NULL,
    attempt     INTEGER NOT NULL,
    flags       INTEGER NOT NULL,
    UNIQUE (error_class, error_text, stop_reason, attempt, flags),
    CHECK ((id & 1 = 0) = (error_class > 0))
) STRICT;
INSERT INTO results VALUES (1, 0, 0, 0, 0, 0);

-- One row an event, in one of three tables by its kind: a column costs a byte in every row, also where
-- it is NULL. Ids come from one sequence, in the order of reading. The view `events` shows them together.
CREATE TABLE llm_events (
    id             INTEGER PRIMARY KEY,
    timestamp      INTEGER NOT NULL,       -- the call's end
    latency        INTEGER,
    result         INTEGER NOT NULL,       -- results
    ttft           INTEGER,
    uncached_input INTEGER,                -- token classes do not overlap
    cache_read     INTEGER,
    cache_write    INTEGER,
    cache_write_1h INTEGER,
    output         INTEGER,
    cost           INTEGER,
    origin         INTEGER NOT NULL,       -- origins
    model          INTEGER NOT NULL,       -- models
    request        INTEGER,                -- request_ids
    previous       INTEGER,                -- how many ids back the event of the same request id lies
                                           -- that was stored before this one
    line_offset    INTEGER NOT NULL,
    reasoning      INTEGER,                -- part of output
    event_id       TEXT,
    parent_id      TEXT,
    attributes     TEXT                    -- the other fields, JSON
) STRICT;
CREATE TABLE tool_events (
    id             INTEGER PRIMARY KEY,
    timestamp      INTEGER NOT NULL,       -- the call's end
    latency        INTEGER,
    result         INTEGER NOT NULL,       -- as of LLM calls, as are all of the same name
    origin         INTEGER NOT NULL,
    tool           INTEGER,                -- names
    request        INTEGER,
    previous       INTEGER,
    line_offset    INTEGER NOT NULL,
    arguments_hash INTEGER,                -- 48 bits
    event_id       TEXT,
    parent_id      TEXT,
    attributes     TEXT
) STRICT;
CREATE TABLE other_events (
    id             INTEGER PRIMARY KEY,
    kind           INTEGER NOT NULL,       -- event_kinds
    timestamp      INTEGER NOT NULL,
    flags          INTEGER NOT NULL,       -- 32 it counts as a retry
    origin         INTEGER NOT NULL,
    subject        INTEGER,                -- names: the breaker or the event
    request        INTEGER,
    previous       INTEGER,
    line_offset    INTEGER NOT NULL,
    outcome        INTEGER,                -- outcomes: of a task end, or a breaker's state
    latency        INTEGER,                -- of a task
    attempt        INTEGER,
    error_class    INTEGER,                -- why a retry was necessary
    error_text     INTEGER,                -- names
    event_id       TEXT,
    parent_id      TEXT,
    attributes     TEXT
) STRICT;

-- The calls that failed.
CREATE INDEX failed_llm_calls ON llm_events (timestamp, result, origin, model, request) WHERE result & 1 = 0;
CREATE INDEX failed_tool_calls ON tool_events (timestamp, result, origin, tool, request) WHERE result & 1 = 0;

-- Generic events by their name, such as deployments; of other kinds it costs nothing.
CREATE INDEX generic_events ON other_events (subject, timestamp) WHERE kind = 7;

-- The events whose request id belongs to no request, since nothing else that carries it has an extent.
CREATE TABLE orphan_events (
    at      INTEGER NOT NULL,              -- their timestamp
    event   INTEGER NOT NULL,              -- their id in other_events
    request INTEGER NOT NULL,              -- request_ids
    PRIMARY KEY (at, event)
) STRICT, WITHOUT ROWID;

-- Where in time the events of a run of ids lie, so that a look at a window reads only the runs that
-- can hold events of it. Zone z is the ids from z * 1024 on, up to those of zone z + 1.
CREATE TABLE event_zones (
    zone     INTEGER PRIMARY KEY,
    earliest INTEGER NOT NULL,             -- the least timestamp of its events
    latest   INTEGER NOT NULL              -- the greatest
) STRICT;

-- One row a request: what its events say, independent of the clock. What depends on the clock or on
-- the agent's history (open, unfinished, closed_at) is computed by request_summary. Nearly all are the
-- first of their id; where an id was used again, the others stand in a table of their own. The view
-- `requests` shows both.
CREATE TABLE first_requests (
    request             INTEGER PRIMARY KEY, -- request_ids
    agent               INTEGER,           -- names, as are user and session
    user                INTEGER,
    session             INTEGER,
    begun_at            INTEGER NOT NULL,
    started_after       INTEGER,           -- begun_at: when its first call began; NULL: unknown
    ended_after         INTEGER NOT NULL,  -- begun_at
    outcome             INTEGER,           -- of its last task_end
    reported_latency    INTEGER,
    marks               INTEGER NOT NULL,  -- 1 its last call failed, 2 it has an escalation, 4 it
                                           -- is looping
    llm_calls           INTEGER NOT NULL,
    tool_calls          INTEGER NOT NULL,
    unpriced_calls      INTEGER NOT NULL,  -- of llm_calls
    retry_events        INTEGER NOT NULL,
    input_tokens        INTEGER,
    output_tokens       INTEGER,
    cost                INTEGER,
    context_utilization INTEGER,           -- 1e-9 of the window
    repeated_tool_calls INTEGER,
    consecutive_tool_calls INTEGER NOT NULL
) STRICT;
CREATE TABLE later_requests (
    request             INTEGER NOT NULL,
    part                INTEGER NOT NULL,  -- 1 or more
    agent               INTEGER,
    user                INTEGER,
    session             INTEGER,
    begun_at            INTEGER NOT NULL,
    started_after       INTEGER,
    ended_after         INTEGER NOT NULL,
    outcome             INTEGER,
    reported_latency    INTEGER,
    marks               INTEGER NOT NULL,
    llm_calls           INTEGER NOT NULL,
    tool_calls          INTEGER NOT NULL,
    unpriced_calls      INTEGER NOT NULL,
    retry_events        INTEGER NOT NULL,
    input_tokens        INTEGER,
    output_tokens       INTEGER,
    cost                INTEGER,
    context_utilization INTEGER,
    repeated_tool_calls INTEGER,
    consecutive_tool_calls INTEGER NOT NULL,
    PRIMARY KEY (request, part)
) STRICT, WITHOUT ROWID;

-- The requests without an outcome by their end: they are open, or closed some time after it.
CREATE INDEX undecided_first ON first_requests (begun_at + ended_after) WHERE outcome IS NULL;
CREATE INDEX undecided_later ON later_requests (begun_at + ended_after) WHERE outcome IS NULL;

-- Which request ids have events of a user or a session, for looking up what one of them did. After a
-- change there may be a row too many. request 0: events without a request. For requests after
-- indexed_requests: only those of whom an event names somebody else than its request does.
CREATE TABLE person_requests (
    name    INTEGER NOT NULL,              -- names
    request INTEGER NOT NULL,              -- request_ids
    PRIMARY KEY (name, request)
) STRICT, WITHOUT ROWID;

-- When an agent first logged a completed task_end: from then on a request of it without one is
-- unfinished. Agent 0 is the requests that name none.
CREATE TABLE agents (
    agent            INTEGER PRIMARY KEY,
    ends_tasks_since INTEGER NOT NULL
) STRICT;

-- Where in time the requests of a run of keys lie: zone z is those of both tables whose `request` is z * 256 or
-- more, up to zone z + 1. A request that changes widens its zone; none is too narrow, but one may be
-- wider than its requests.
CREATE TABLE request_zones (
    zone     INTEGER PRIMARY KEY,
    earliest INTEGER NOT NULL,             -- no ended_at of its requests is less
    latest   INTEGER NOT NULL,             -- or greater
    begun    INTEGER NOT NULL              -- no begun_at of its requests is less
) STRICT;

-- How many requests of each agent (0: that name none) were completed, and how many were completed or
-- escalated; no row where none was. Only agents that ever did so enter some of the metrics, whatever
-- window is asked for.
CREATE TABLE agent_outcomes (
    agent     INTEGER PRIMARY KEY,
    completed INTEGER NOT NULL,            -- outcome 1
    decided   INTEGER NOT NULL,            -- outcome 1 or 3, or has_escalation
    pruned_completed INTEGER NOT NULL,     -- of completed: those whose rows were pruned
    pruned_decided   INTEGER NOT NULL      -- of decided
) STRICT;

-- Rollups: what reports over long windows read instead of rows. They follow from the rows; `agentwatch
-- doctor` compares them, `doctor --rebuild` makes them anew.
--
-- A key is what the units of a cell have in common. series 1: LLM calls and retry events by agent,
-- subject (the model), provider and code (error_classes); 2: tool calls by agent, subject (the tool)
-- and code; 3: requests by agent and code (0 no outcome, 1 completed, 2 failed, 3 escalated,
-- 4 abandoned, 5 unfinished). Names are 0 for none, and 4294967295 for all that came after the first
-- 2,000 agents, models, tools or providers. Keys are never deleted.
CREATE TABLE cell_keys (
    id       INTEGER PRIMARY KEY,
    series   INTEGER NOT NULL,
    agent    INTEGER NOT NULL,             -- names, as are subject and provider
    subject  INTEGER NOT NULL,
    provider INTEGER NOT NULL,
    code     INTEGER NOT NULL,
    UNIQUE (series, agent, subject, provider, code)
) STRICT;

-- The calls that ended in a bucket of time, or the requests that closed in it. series: as of the keys.
-- width: 1 a minute, 2 a quarter of an hour, 3 an hour, 4 a day (UTC), and 13 an hour and 14 a day of
-- all calls with one error class, whose number is the key; bucket: how many of that width since 1970.
-- Minutes have cells only in quarters that hold many units, see `quarters`. cell: counts, sums, extremes
-- and sketches as varints, see Sources/Rollups/CellBytes.swift.
CREATE TABLE cells (
    series INTEGER NOT NULL,
    width  INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    key    INTEGER NOT NULL,               -- cell_keys, but of widths 13 and 14
    cell   BLOB NOT NULL,
    PRIMARY KEY (series, width, bucket, key)
) STRICT, WITHOUT ROWID;

-- How many calls ended and requests closed in a quarter of an hour; no row where none did. From the
-- setting minute_cells_from on, its minutes have cells.
CREATE TABLE quarters (
    bucket INTEGER PRIMARY KEY,            -- as of cells of width 2
    units  INTEGER NOT NULL
) STRICT;

-- What has been pruned: the events and requests from before `horizon`, a whole quarter of an hour. Of these
-- there are only cells, of quarters and wider, which do not change any more; from before `cells_from`, a
-- whole day (UTC), there is nothing. NULL: nothing was pruned.
CREATE TABLE retention (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    horizon    INTEGER,
    cells_from INTEGER,
    finished   INTEGER NOT NULL,           -- 0: some of what is to go is still there
    newest     INTEGER NOT NULL,           -- no removed event has a greater id, and no new one a smaller
    removed    INTEGER NOT NULL,           -- events since names were last cleared away
    clearings  INTEGER NOT NULL,           -- how often names were cleared away
    clearing   INTEGER                     -- the number of the clearing that goes on, if one does
) STRICT;
INSERT INTO retention VALUES (1, NULL, NULL, 1, 0, 0, 0, NULL);

-- How events are cut into requests, lengths in microseconds; and from how many units on the minutes of
-- a quarter of an hour have cells: the rows of fewer are read as fast.
CREATE TABLE settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO settings VALUES ('idle_timeout', 300000000), ('unfinished_after', 1800000000),
    ('request_gap', 86400000000), ('reopen_within', 300000000), ('loop_limit', 5), ('minute_cells_from', 16384);

-- The rules that `check` judges; `alerts load` replaces them. Lengths of time are seconds.
CREATE TABLE thresholds (
    name             TEXT PRIMARY KEY,
    position         INTEGER NOT NULL,
    type             TEXT NOT NULL CHECK (type IN ('threshold', 'anomaly', 'burn_rate', 'built_in')),
    metric           TEXT NOT NULL,
    op               TEXT NOT NULL CHECK (op IN ('>', '>=', '<', '<=')),
    threshold        REAL NOT NULL,        -- of burn rates and built-in rules nobody reads it
    baseline_seconds INTEGER,              -- for anomaly, as is min_change
    min_change       REAL,
    objective        REAL,                 -- for burn_rate, as is period_seconds
    period_seconds   INTEGER,
    recover          REAL,
    time_window      TEXT NOT NULL,
    filter           TEXT,                 -- {"agent": "x"}
    group_by         TEXT,                 -- ["model"]
    min_samples      INTEGER,
    for_seconds      INTEGER NOT NULL,
    keep_firing_for_seconds INTEGER NOT NULL,
    max_gap_seconds  INTEGER NOT NULL,
    eval_delay_seconds INTEGER NOT NULL,
    on_no_data       TEXT NOT NULL CHECK (on_no_data IN ('ok', 'alert', 'keep')),
    severity         TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    summary          TEXT,
    description      TEXT,
    runbook_url      TEXT,
    slow_ms          REAL,
    timezone         TEXT NOT NULL,
    receivers        TEXT,                 -- ["ops"]; NULL: everybody
    repeat_every_seconds INTEGER,
    enabled          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Whom the loaded file names to be told of alerts. Secrets stand here as the place that holds them
-- ($NAME of the environment, file:/path), never themselves.
CREATE TABLE receivers (
    name                 TEXT PRIMARY KEY,
    position             INTEGER NOT NULL,
    type                 TEXT NOT NULL CHECK (type IN
        ('webhook', 'alertmanager', 'slack', 'pagerduty', 'command', 'log')),
    url                  TEXT,
    command              TEXT,             -- ["program", "argument"]
    secret               TEXT,
    timeout_seconds      INTEGER NOT NULL,
    repeat_every_seconds INTEGER           -- NULL: as often as the rule says
) STRICT, WITHOUT ROWID;

-- What every alert is in: a rule in one group. Written whole by each evaluation, with what follows
-- from it in the same transaction.
CREATE TABLE alerts (
    rule         TEXT NOT NULL,
    labels       TEXT NOT NULL,            -- [{"name": "agent", "value": "x"}]
    state        TEXT NOT NULL CHECK (state IN ('ok', 'pending', 'firing', 'recovering')),
    since        INTEGER NOT NULL,
    result       TEXT NOT NULL CHECK (result IN ('breach', 'fine', 'insufficient', 'no_data', 'error')),
    severity     TEXT NOT NULL,
    metric       TEXT NOT NULL,
    op           TEXT NOT NULL,
    threshold    REAL NOT NULL,
    value        REAL,
    score        REAL,                     -- compared with the threshold where the value is not
    n            INTEGER NOT NULL,
    reason       TEXT NOT NULL,
    summary      TEXT,
    breach_start INTEGER,
    judged_at    INTEGER,                  -- the last breach, or fine
    held         INTEGER NOT NULL,         -- microseconds toward for or keep_firing_for
    seen_at      INTEGER NOT NULL,         -- when the group last had units
    evaluated_at INTEGER NOT NULL,
    PRIMARY KEY (rule, labels)
) STRICT, WITHOUT ROWID;

-- Every change of an alert's state, as it was.
CREATE TABLE alert_transitions (
    id           INTEGER PRIMARY KEY,
    at           INTEGER NOT NULL,
    rule         TEXT NOT NULL,
    labels       TEXT NOT NULL,
    from_state   TEXT NOT NULL,
    to_state     TEXT NOT NULL,
    severity     TEXT NOT NULL,
    value        REAL,
    n            INTEGER NOT NULL,
    threshold    REAL NOT NULL,
    reason       TEXT NOT NULL,
    breach_start INTEGER NOT NULL
) STRICT;
CREATE INDEX alert_transitions_at ON alert_transitions (at);

-- What each receiver was told of which breach.
CREATE TABLE alert_notices (
    rule         TEXT NOT NULL,
    labels       TEXT NOT NULL,
    receiver     TEXT NOT NULL,
    breach_start INTEGER NOT NULL,
    severity     TEXT NOT NULL,
    told_at      INTEGER NOT NULL,
    PRIMARY KEY (rule, labels, receiver)
) STRICT, WITHOUT ROWID;

-- Messages to receivers, put here by the evaluation that they tell of.
CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY,
    delivery     TEXT NOT NULL UNIQUE,     -- the same through all attempts
    receiver     TEXT NOT NULL,
    message      TEXT NOT NULL,            -- JSON
    firing       INTEGER NOT NULL,         -- how many alerts of it begin or go on
    resolved     INTEGER NOT NULL,         -- how many are over
    made_at      INTEGER NOT NULL,
    due_at       INTEGER NOT NULL,         -- not to be tried before
    failures     INTEGER NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'gave_up')),
    ended_at     INTEGER,
    error        TEXT
) STRICT;
CREATE INDEX outbox_pending ON outbox (id) WHERE state = 'pending';
CREATE INDEX outbox_made_at ON outbox (made_at);

-- Times in which nobody is told of some alerts.
CREATE TABLE silences (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    matchers     TEXT NOT NULL,            -- [{"name": "rule", "value": "x"}]
    starts_at    INTEGER NOT NULL,
    ends_at      INTEGER NOT NULL,
    author       TEXT NOT NULL,
    comment      TEXT NOT NULL
) STRICT;

-- What a token costs, in pico-dollars, from a time on. A pattern that ends in * is a prefix.
CREATE TABLE prices (
    pattern        TEXT NOT NULL,
    provider       TEXT NOT NULL,          -- '' is any
    valid_from     INTEGER NOT NULL,
    above_input    INTEGER NOT NULL,       -- for calls with more input tokens than this
    input          INTEGER,
    output         INTEGER,
    cache_read     INTEGER,
    cache_write    INTEGER,
    cache_write_1h INTEGER,
    PRIMARY KEY (pattern, provider, valid_from, above_input)
) STRICT, WITHOUT ROWID;

-- How many tokens a model's context holds.
CREATE TABLE model_windows (
    pattern        TEXT NOT NULL,
    provider       TEXT NOT NULL,
    valid_from     INTEGER NOT NULL,
    context_window INTEGER NOT NULL,
    PRIMARY KEY (pattern, provider, valid_from)
) STRICT, WITHOUT ROWID;

-- For people: names instead of numbers, milliseconds, dollars, times as text.
CREATE VIEW llm_calls AS
SELECT e.id,
    strftime('%Y-%m-%dT%H:%M:%fZ', e.timestamp / 1000000.0, 'unixepoch') AS time,
    e.timestamp AS timestamp_us, i.request_id, a.name AS agent, u.name AS user_id,
    s.name AS session_id, m.name AS model, p.name AS provider, d.error_class = 0 AS success,
    e.latency / 1000.0 AS latency_ms, e.ttft / 1000.0 AS ttft_ms,
    e.uncached_input + ifnull(e.cache_read, 0) + ifnull(e.cache_write, 0)
        + ifnull(e.cache_write_1h, 0) AS input_tokens,
    e.cache_read AS cache_read_tokens,
    CASE WHEN coalesce(e.cache_write, e.cache_write_1h) IS NOT NULL
        THEN ifnull(e.cache_write, 0) + ifnull(e.cache_write_1h, 0) END AS cache_write_tokens,
    e.output AS output_tokens, e.reasoning AS reasoning_tokens, e.cost / 1e9 AS cost_usd,
    d.flags & 1 AS cost_logged, w.context_window, c.name AS error_class, t.name AS error,
    nullif(d.attempt, 0) AS attempt, r.name AS stop_reason, e.event_id, e.parent_id, e.attributes, f.path AS source,
    e.line_offset
FROM llm_events e
CROSS JOIN origins o ON o.id = e.origin
CROSS JOIN results d ON d.id = e.result
CROSS JOIN models w ON w.id = e.model
CROSS JOIN sources f ON f.id = o.source
LEFT JOIN request_ids i ON i.id = e.request
LEFT JOIN names a ON a.id = o.agent
LEFT JOIN names u ON u.id = o.user
LEFT JOIN names s ON s.id = o.session
LEFT JOIN names m ON m.id = w.model
LEFT JOIN names p ON p.id = w.provider
LEFT JOIN names t ON t.id = d.error_text
LEFT JOIN names r ON r.id = d.stop_reason
LEFT JOIN error_classes c ON c.id = d.error_class;

CREATE VIEW tool_calls AS
SELECT e.id,
    strftime('%Y-%m-%dT%H:%M:%fZ', e.timestamp / 1000000.0, 'unixepoch') AS time,
    e.timestamp AS timestamp_us, i.request_id, a.name AS agent, u.name AS user_id,
    s.name AS session_id, m.name AS tool, d.error_class = 0 AS success,
    e.latency / 1000.0 AS latency_ms,
    c.name AS error_class, t.name AS error, e.arguments_hash, e.event_id, e.parent_id,
    e.attributes, f.path AS source, e.line_offset
FROM tool_events e
CROSS JOIN origins o ON o.id = e.origin
CROSS JOIN results d ON d.id = e.result
CROSS JOIN sources f ON f.id = o.source
LEFT JOIN request_ids i ON i.id = e.request
LEFT JOIN names a ON a.id = o.agent
LEFT JOIN names u ON u.id = o.user
LEFT JOIN names s ON s.id = o.session
LEFT JOIN names m ON m.id = e.tool
LEFT JOIN names t ON t.id = d.error_text
LEFT JOIN error_classes c ON c.id = d.error_class;

-- All events in one shape. previous is an id here; flags: as of LLM calls, and `named` of the origin.
CREATE VIEW events AS
SELECT e.id, 1 AS kind, e.timestamp, o.source, e.line_offset, e.request, e.id - e.previous AS previous,
    nullif(o.agent, 0) AS agent, nullif(o.user, 0) AS user, nullif(o.session, 0) AS session,
    nullif(m.model, 0) AS subject, nullif(m.provider, 0) AS provider,
    d.error_class = 0 AS succeeded, NULL AS outcome, e.latency, e.ttft, e.uncached_input,
    e.cache_read, e.cache_write, e.cache_write_1h, e.output, e.reasoning, e.cost, m.context_window,
    nullif(d.error_class, 0) AS error_class, nullif(d.error_text, 0) AS error_text,
    NULL AS arguments_hash, nullif(d.attempt, 0) AS attempt, nullif(d.stop_reason, 0) AS stop_reason,
    d.flags | o.named AS flags, e.event_id, e.parent_id, e.attributes
FROM llm_events e CROSS JOIN origins o ON o.id = e.origin CROSS JOIN models m ON m.id = e.model
    CROSS JOIN results d ON d.id = e.result
UNION ALL
SELECT e.id, 2, e.timestamp, o.source, e.line_offset, e.request, e.id - e.previous,
    nullif(o.agent, 0), nullif(o.user, 0), nullif(o.session, 0), e.tool, NULL,
    d.error_class = 0, NULL, e.latency, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    nullif(d.error_class, 0), nullif(d.error_text, 0), e.arguments_hash, NULL, NULL, o.named, e.event_id, e.parent_id,
    e.attributes
FROM tool_events e CROSS JOIN origins o ON o.id = e.origin CROSS JOIN results d ON d.id = e.result
UNION ALL
SELECT e.id, e.kind, e.timestamp, o.source, e.line_offset, e.request, e.id - e.previous,
    nullif(o.agent, 0), nullif(o.user, 0), nullif(o.session, 0), e.subject, NULL, 1, e.outcome,
    e.latency, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, e.error_class, e.error_text,
    NULL, e.attempt, NULL, e.flags | o.named, e.event_id, e.parent_id, e.attributes
FROM other_events e CROSS JOIN origins o ON o.id = e.origin;

-- All requests in one shape; part: 0, or more where the id was used again.
CREATE VIEW requests AS
SELECT request, 0 AS part, agent, user, session, begun_at, begun_at + started_after AS started_at,
    begun_at + ended_after AS ended_at, outcome, reported_latency, marks & 1 AS last_call_failed,
    marks >> 1 & 1 AS has_escalation, marks >> 2 & 1 AS is_looping, llm_calls, tool_calls,
    llm_calls - unpriced_calls AS priced_calls, retry_events, input_tokens, output_tokens, cost,
    context_utilization, repeated_tool_calls, consecutive_tool_calls
FROM first_requests
UNION ALL
SELECT request, part, agent, user, session, begun_at, begun_at + started_after,
    begun_at + ended_after, outcome, reported_latency, marks & 1,
    marks >> 1 & 1, marks >> 2 & 1, llm_calls, tool_calls,
    llm_calls - unpriced_calls, retry_events, input_tokens, output_tokens, cost,
    context_utilization, repeated_tool_calls, consecutive_tool_calls
FROM later_requests;

CREATE VIEW request_summary AS
WITH clock AS (
    SELECT CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER) AS now,
        (SELECT value FROM settings WHERE name = 'idle_timeout') AS idle_timeout,
        (SELECT value FROM settings WHERE name = 'unfinished_after') AS unfinished_after
), closing AS (
    SELECT r.*, ifnull(g.ends_tasks_since <= r.ended_at, 0) AS ends_tasks,
        r.ended_at + CASE WHEN r.outcome IS NOT NULL THEN 0
            WHEN ifnull(g.ends_tasks_since <= r.ended_at, 0) THEN unfinished_after
            ELSE idle_timeout END AS closed_at, now
    FROM requests r CROSS JOIN clock LEFT JOIN agents g ON g.agent = ifnull(r.agent, 0)
), judged AS (
    SELECT *, closed_at > now AS is_open,
        closed_at <= now AND outcome IS NULL AND ends_tasks AS is_unfinished
    FROM closing
)
SELECT i.request_id, q.part, a.name AS agent, u.name AS user_id, s.name AS session_id,
    strftime('%Y-%m-%dT%H:%M:%fZ', q.started_at / 1000000.0, 'unixepoch') AS started_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', q.ended_at / 1000000.0, 'unixepoch') AS ended_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', q.closed_at / 1000000.0, 'unixepoch') AS closed_at,
    q.closed_at AS closed_at_us,
    CASE WHEN q.is_open THEN 'open' WHEN q.is_unfinished THEN 'unfinished' ELSE o.name END AS outcome,
    CASE WHEN q.is_unfinished THEN 1 WHEN q.outcome IS NULL THEN q.last_call_failed
        ELSE q.outcome = 2 END AS failed,
    q.has_escalation OR ifnull(q.outcome = 3, 0) AS escalated,
    CASE WHEN q.is_unfinished THEN NULL WHEN q.reported_latency IS NOT NULL
        THEN q.reported_latency / 1000.0
        WHEN q.ended_at >= q.started_at THEN (q.ended_at - q.started_at) / 1000.0 END AS latency_ms,
    q.llm_calls, q.tool_calls, q.input_tokens, q.output_tokens, q.cost / 1e9 AS cost_usd,
    q.priced_calls < q.llm_calls AS partly_unpriced,
    q.context_utilization / 1e9 AS context_utilization, q.repeated_tool_calls,
    q.consecutive_tool_calls, q.is_looping AS looping, q.retry_events
FROM judged q
JOIN request_ids i ON i.id = q.request
LEFT JOIN names a ON a.id = q.agent
LEFT JOIN names u ON u.id = q.user
LEFT JOIN names s ON s.id = q.session
LEFT JOIN outcomes o ON o.id = q.outcome;
