-- The schema of an agentwatch database on ClickHouse, and its only copy: the program runs this very text, statement
-- by statement, in the database that --db names.
--
-- Times are integer microseconds since 1970 (UTC), money is integer nano-dollars, lengths of time are
-- microseconds. NULL is unknown; it is never 0. A text without characters is none.
--
-- Rows come from the local stores of many machines. `writer` names a store, and rows of different writers never
-- replace each other. Of rows with equal sorting keys the one with the greatest `version` counts, so that what is
-- sent twice counts once: read the tables with FINAL, and WHERE removed = 0.

-- database: tells these tables from others under the same address; a number of chance. Two where two writers made
-- them at once.
CREATE TABLE IF NOT EXISTS schema_version (version UInt32, database UInt64)
ENGINE = ReplacingMergeTree() ORDER BY (version, database);

-- kind: 1 llm_call, 2 tool_call, 3 task_end, 4 escalation, 5 retry, 6 circuit_breaker, 7 generic.
-- outcome: of a task end 1 completed, 2 failed, 3 escalated, 4 abandoned; of a breaker 11 open, 12 half-open,
-- 13 closed. error_class: 0 none, 1 rate_limit, 2 overloaded, 3 server, 4 timeout, 5 connection, 6 auth,
-- 7 invalid_request, 8 context_length, 9 content_filter, 10 tool_error, 11 denied, 12 cancelled, 13 max_turns,
-- 14 other. flags: 1 the cost was logged, 2 cache classes exceeded the input, 4 8 16 the event names its agent,
-- user, session itself, 32 it counts as a retry, 128 its request id belongs to no request.
CREATE TABLE IF NOT EXISTS events (
    minute         UInt32,                 -- since 1970, of the timestamp
    writer         UInt64,
    number         UInt64,                 -- the writer's
    version        UInt64,
    removed        UInt8,
    kind           UInt8,
    timestamp      Int64,                  -- a call's end
    request_id     String,
    request_hash   UInt64,                 -- SipHash-1-3 of the request id; 0 without one
    agent          String,                 -- the event's own or, where it names none, its request's
    user           String,
    session        String,
    subject        String,                 -- the model, the tool, the breaker or the event's name
    provider       String,
    error_class    UInt8,
    error_text     String,
    stop_reason    String,
    outcome        UInt8,
    flags          UInt8,
    latency        Nullable(Int64),
    ttft           Nullable(Int64),
    uncached_input Nullable(Int64),        -- token classes do not overlap
    cache_read     Nullable(Int64),
    cache_write    Nullable(Int64),
    cache_write_1h Nullable(Int64),
    output         Nullable(Int64),
    reasoning      Nullable(Int64),        -- part of output
    cost           Nullable(Int64),
    context_window Nullable(Int64),
    arguments_hash Nullable(Int64),
    attempt        Nullable(Int64),
    source         String,
    line_offset    Int64,
    event_id       Nullable(String),
    parent_id      Nullable(String),
    attributes     Nullable(String)        -- the other fields, JSON
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMMDD(toDateTime(minute * 60, 'UTC'))
ORDER BY (minute, writer, number);

-- The events of which there are few, once more: failed calls, and those that are neither calls nor their ends. What
-- is gone is here, too, whatever it was.
CREATE TABLE IF NOT EXISTS rare_events AS events
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMMDD(toDateTime(minute * 60, 'UTC'))
ORDER BY (minute, writer, number)
SETTINGS index_granularity = 1024;
CREATE MATERIALIZED VIEW IF NOT EXISTS rare_events_feed TO rare_events
AS SELECT * FROM events WHERE error_class != 0 OR kind IN (4, 6, 7) OR removed = 1;

-- The events that have been orphans at some time; whether one still is, its row says.
CREATE TABLE IF NOT EXISTS orphan_events (minute UInt32, writer UInt64, number UInt64)
ENGINE = ReplacingMergeTree()
PARTITION BY toYYYYMMDD(toDateTime(minute * 60, 'UTC'))
ORDER BY (minute, writer, number);
CREATE MATERIALIZED VIEW IF NOT EXISTS orphan_events_feed TO orphan_events
AS SELECT minute, writer, number FROM events WHERE bitAnd(flags, 128) != 0;

-- In which minutes the events of a request id lie, and who has sent them; there may be a minute too many.
CREATE TABLE IF NOT EXISTS request_ids (request_hash UInt64, request_id String, minute UInt32, writer UInt64)
ENGINE = ReplacingMergeTree()
PARTITION BY toYYYYMMDD(toDateTime(minute * 60, 'UTC'))
ORDER BY (request_hash, request_id, minute, writer);
CREATE MATERIALIZED VIEW IF NOT EXISTS request_ids_feed TO request_ids
AS SELECT DISTINCT request_hash, request_id, minute, writer FROM events WHERE request_hash != 0;

-- One row a request: what its events say, independent of the clock. A request that ends in another minute than
-- before leaves a row that says removed behind.
CREATE TABLE IF NOT EXISTS requests (
    minute              UInt32,            -- since 1970, of ended_at
    writer              UInt64,
    number              UInt64,            -- the writer's, of the request id
    part                UInt64,            -- 0, or more where the id was used again
    version             UInt64,
    removed             UInt8,
    request_id          String,
    request_hash        UInt64,
    agent               String,
    user                String,
    session             String,
    begun_at            Int64,
    started_at          Nullable(Int64),   -- when its first call began
    ended_at            Int64,
    outcome             UInt8,             -- of its last task end; 0 without one
    reported_latency    Nullable(Int64),
    last_call_failed    UInt8,
    has_escalation      UInt8,
    is_looping          UInt8,
    llm_calls           Int64,
    tool_calls          Int64,
    priced_calls        Int64,             -- of llm_calls
    retry_events        Int64,
    input_tokens        Nullable(Int64),
    output_tokens       Nullable(Int64),
    cost                Nullable(Int64),
    context_utilization Nullable(Int64),   -- 1e-9 of the window
    repeated_tool_calls Nullable(Int64),
    consecutive_tool_calls Int64
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMMDD(toDateTime(minute * 60, 'UTC'))
ORDER BY (minute, writer, number, part)
SETTINGS index_granularity = 1024; -- reports read those of some minutes

-- Rollups: the calls that ended in a bucket of time, or the requests that closed in it. series: 1 LLM calls and
-- retry events by agent, subject (the model), provider and code (error_class), 2 tool calls by agent, subject
-- (the tool) and code, 3 requests by agent and code (0 no outcome, 1 completed, 2 failed, 3 escalated,
-- 4 abandoned, 5 unfinished). width: 1 a minute, 2 a quarter of an hour, 3 an hour, 4 a day (UTC), and 13 an hour
-- and 14 a day of all calls with one code. bucket: how many of that width since 1970. Cells of several writers
-- are added by whoever reads them.
CREATE TABLE IF NOT EXISTS cells (
    series   UInt8,
    width    UInt8,
    bucket   Int64,
    writer   UInt64,
    key      UInt64,                       -- the writer's, of what the units have in common
    version  UInt64,
    removed  UInt8,
    agent    String,
    subject  String,
    provider String,
    others   UInt8,                        -- 1 2 4 agent, subject, provider are all that have no cells of their own
    code     UInt8,
    cell     String                        -- counts, sums, extremes and sketches, see Sources/Rollups/CellBytes.swift
) ENGINE = ReplacingMergeTree(version)
PARTITION BY if(width = 1, intDiv(bucket, 1440), 0) -- of minutes the day since 1970
ORDER BY (series, width, bucket, writer, key)
SETTINGS index_granularity = 256; -- rows are long, and some hundred are asked for at a time

-- How many calls ended and requests closed in a quarter of an hour, and whether its minutes have cells.
CREATE TABLE IF NOT EXISTS quarters (
    bucket      Int64,
    writer      UInt64,
    version     UInt64,
    units       Int64,
    has_minutes UInt8
) ENGINE = ReplacingMergeTree(version)
ORDER BY (bucket, writer);

-- What became of the lines of a source, by the minute in which they were read. In every row
-- lines = events + duplicates + rejected + skipped + joined + blank.
CREATE TABLE IF NOT EXISTS ledger (
    minute       Int64,                    -- microseconds
    writer       UInt64,
    source       UInt64,                   -- the writer's
    version      UInt64,
    lines        Int64,
    events       Int64,
    duplicates   Int64,
    conflicting_duplicates Int64,
    rejected     Int64,
    skipped      Int64,
    expired      Int64,
    joined       Int64,
    blank        Int64,
    field_errors Int64,
    bytes        Int64,
    late_events  Int64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (minute, writer, source);

-- Everything that names something. kind: 1 agent, 2 user, 3 session, 4 model, 5 provider, 6 tool, 7 error text,
-- 8 stop reason, 9 circuit breaker, 10 event.
CREATE TABLE IF NOT EXISTS names (kind UInt8, name String) ENGINE = ReplacingMergeTree() ORDER BY (kind, name);

-- What each writer says of itself; written last, so that its version tells up to where all else is here. events and
-- requests are those that it has sent and not taken back; what of them has been pruned since, the table pruned says.
CREATE TABLE IF NOT EXISTS writers (
    writer       UInt64,
    version      UInt64,
    events       Int64,
    requests     Int64,
    oldest_event Nullable(Int64),
    newest_event Nullable(Int64),
    folded_names Int64,                    -- agents, models, tools and providers without cells of their own
    idle_timeout Int64,
    unfinished_after Int64,
    request_gap  Int64,
    reopen_within Int64,
    loop_limit   Int64,
    sent_at      DateTime DEFAULT now()    -- by the server's clock
) ENGINE = ReplacingMergeTree(version)
ORDER BY writer;

-- When an agent first logged a completed task end, and how many of its requests were completed, and how many
-- completed or escalated. Rows from before their writer's version count no longer.
CREATE TABLE IF NOT EXISTS agents (
    writer    UInt64,
    agent     String,                      -- none: the requests that name none
    version   UInt64,
    ends_tasks_since Nullable(Int64),
    completed Int64,
    decided   Int64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (writer, agent);

-- Request ids that several writers log belong to the one with the least name. What others have of them they offer to
-- it, event by event; it takes the events over, and then the others remove theirs. An owner that finds ids of its own
-- with others wishes for them.
CREATE TABLE IF NOT EXISTS offers (
    owner  UInt64,
    writer UInt64,
    number UInt64,                         -- counts the offers of the writer
    minute UInt32,                         -- where the event stands in the table events, with the writer and this
    event  UInt64                          -- number
) ENGINE = ReplacingMergeTree() ORDER BY (owner, writer, number);
CREATE TABLE IF NOT EXISTS handovers (
    owner    UInt64,
    writer   UInt64,
    is_taken UInt8,                        -- 0: up to which number the writer has offered, 1: the owner has taken
    number   UInt64
) ENGINE = ReplacingMergeTree(number) ORDER BY (owner, writer, is_taken);
CREATE TABLE IF NOT EXISTS wishes (
    writer     UInt64,                     -- who has events of the id
    owner      UInt64,                     -- who wishes for them
    version    UInt64,                     -- of the owner's shipment that showed it
    request_id String
) ENGINE = ReplacingMergeTree() ORDER BY (writer, owner, version, request_id);

-- From when on there are events and requests, and from when on cells: the greatest of each column, in microseconds;
-- 0 is all. is_finished: 1 nothing from before is left.
CREATE TABLE IF NOT EXISTS retention (rows_from Int64, cells_from Int64, is_finished UInt8)
ENGINE = ReplacingMergeTree(is_finished) ORDER BY (rows_from, cells_from);

-- How many events and requests of a day since 1970 were removed, by the moment from which on they are kept. The
-- greatest numbers count, since whoever goes on with a removal finds fewer.
CREATE TABLE IF NOT EXISTS pruned (day Int64, rows_from Int64, version UInt64, events Int64, requests Int64)
ENGINE = ReplacingMergeTree(version) ORDER BY (day, rows_from);

-- Which machines would evaluate the rules, since when, and until when that counts, in seconds since 1970: the one that
-- would for the longest does.
CREATE TABLE IF NOT EXISTS evaluators (writer UInt64, version UInt64, since Int64, until Int64)
ENGINE = ReplacingMergeTree(version) ORDER BY writer;

INSERT INTO schema_version SELECT 1, rand64();
