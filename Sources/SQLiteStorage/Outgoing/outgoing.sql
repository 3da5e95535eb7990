-- What a database that belongs to a cluster has still to send there. It is added to a database of
-- schema.sql when that joins a cluster.
--
-- What is new is told by its id, what changed is noted by triggers, whoever changes it. A note says which row
-- has changed and not how: what is sent is what the row says by then, so that sending it twice changes nothing.

CREATE TABLE cluster_member (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    writer    INTEGER NOT NULL,            -- names this database in the cluster; random
    database  INTEGER NOT NULL,            -- names the tables of the cluster
    version   INTEGER NOT NULL,            -- of the newest shipment; notes carry it
    stated    INTEGER NOT NULL,            -- the version in which the standing was sent last
    events    INTEGER NOT NULL,            -- the events up to this id were sent
    requests  INTEGER NOT NULL,            -- the requests up to this request_ids
    offered_events INTEGER NOT NULL,       -- those up to this id were sent or may have been: an answer is missing
    offered_requests INTEGER NOT NULL,
    names     INTEGER NOT NULL,            -- the names up to this id
    clearings INTEGER NOT NULL,            -- retention.clearings then: ids of names are given out again
    offers    INTEGER NOT NULL,            -- the offers up to this number
    is_pruning INTEGER NOT NULL,           -- 1: what goes is pruned here and stays in the cluster
    pruned_events   INTEGER NOT NULL,      -- that have gone this way
    pruned_requests INTEGER NOT NULL,
    pruned_oldest   INTEGER                -- the timestamp of the oldest of them
) STRICT;

-- When other machines say that an agent first logged a completed task_end; '' is the requests that name none.
CREATE TABLE agents_elsewhere (
    agent            TEXT PRIMARY KEY,
    ends_tasks_since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Events whose request ids another machine owns, which is offered them; they go once it has taken them.
CREATE TABLE outgoing_offers (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    event  INTEGER NOT NULL UNIQUE,
    request INTEGER NOT NULL,              -- request_ids
    minute INTEGER NOT NULL,               -- since 1970, of its timestamp
    owner  INTEGER NOT NULL                -- the other machine's cluster_member.writer
) STRICT;
CREATE INDEX outgoing_offers_by_owner ON outgoing_offers (owner, number);

-- Up to which number the offers of other machines were taken.
CREATE TABLE taken_offers (writer INTEGER PRIMARY KEY, number INTEGER NOT NULL) STRICT;

-- Up to which version the wishes of other machines were answered with offers.
CREATE TABLE answered_wishes (owner INTEGER PRIMARY KEY, version INTEGER NOT NULL) STRICT;

-- removed: 1 the row is gone. version: cluster_member.version when it was noted last.
CREATE TABLE outgoing_events (
    id      INTEGER PRIMARY KEY,
    minute  INTEGER NOT NULL,              -- since 1970, of its timestamp
    removed INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE TABLE outgoing_requests (
    request INTEGER NOT NULL,
    part    INTEGER NOT NULL,
    minute  INTEGER NOT NULL,              -- since 1970, in which it ended
    removed INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (request, part, minute)
) STRICT, WITHOUT ROWID;
CREATE TABLE outgoing_cells (
    series  INTEGER NOT NULL,
    width   INTEGER NOT NULL,
    bucket  INTEGER NOT NULL,
    key     INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (series, width, bucket, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE outgoing_quarters (
    bucket  INTEGER PRIMARY KEY,
    version INTEGER NOT NULL
) STRICT;
CREATE TABLE outgoing_ledger (
    source  INTEGER NOT NULL,
    minute  INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (source, minute)
) STRICT, WITHOUT ROWID;

-- What is there already is sent as new, but for what has no id of its own.
INSERT INTO outgoing_requests SELECT request, part, (begun_at + ended_after) / 60000000, 0, 0 FROM later_requests;
INSERT INTO outgoing_cells SELECT series, width, bucket, key, 0, 0 FROM cells;
INSERT INTO outgoing_quarters SELECT bucket, 0 FROM quarters;
INSERT INTO outgoing_ledger SELECT source, minute, 0, 0 FROM ledger;

CREATE TRIGGER outgoing_llm_changed AFTER UPDATE OF origin, result ON llm_events
WHEN old.id <= (SELECT offered_events FROM cluster_member)
BEGIN
    INSERT INTO outgoing_events SELECT old.id, old.timestamp / 60000000, 0, version FROM cluster_member WHERE true
    ON CONFLICT (id) DO UPDATE SET version = excluded.version;
END;
CREATE TRIGGER outgoing_tool_changed AFTER UPDATE OF origin, result ON tool_events
WHEN old.id <= (SELECT offered_events FROM cluster_member)
BEGIN
    INSERT INTO outgoing_events SELECT old.id, old.timestamp / 60000000, 0, version FROM cluster_member WHERE true
    ON CONFLICT (id) DO UPDATE SET version = excluded.version;
END;
CREATE TRIGGER outgoing_other_changed AFTER UPDATE OF origin, flags ON other_events
WHEN old.id <= (SELECT offered_events FROM cluster_member)
BEGIN
    INSERT INTO outgoing_events SELECT old.id, old.timestamp / 60000000, 0, version FROM cluster_member WHERE true
    ON CONFLICT (id) DO UPDATE SET version = excluded.version;
END;

CREATE TRIGGER outgoing_llm_removed AFTER DELETE ON llm_events
WHEN (SELECT old.id <= offered_events AND is_pruning = 0 FROM cluster_member)
BEGIN
    INSERT INTO outgoing_events SELECT old.id, old.timestamp / 60000000, 1, version FROM cluster_member WHERE true
    ON CONFLICT (id) DO UPDATE SET removed = 1, version = excluded.version;
END;
CREATE TRIGGER outgoing_tool_removed AFTER DELETE ON tool_events
WHEN (SELECT old.id <= offered_events AND is_pruning = 0 FROM cluster_member)
BEGIN
    INSERT INTO outgoing_events SELECT old.id, old.timestamp / 60000000, 1, version FROM cluster_member WHERE true
    ON CONFLICT (id) DO UPDATE SET removed = 1, version = excluded.version;
END;
CREATE TRIGGER outgoing_other_removed AFTER DELETE ON other_events
WHEN (SELECT old.id <= offered_events AND is_pruning = 0 FROM cluster_member)
BEGIN
    INSERT INTO outgoing_events SELECT old.id, old.timestamp / 60000000, 1, version FROM cluster_member WHERE true
    ON CONFLICT (id) DO UPDATE SET removed = 1, version = excluded.version;
END;

CREATE TRIGGER outgoing_orphan_added AFTER INSERT ON orphan_events
WHEN new.event <= (SELECT offered_events FROM cluster_member)
BEGIN
    INSERT INTO outgoing_events SELECT new.event, new.at / 60000000, 0, version FROM cluster_member WHERE true
    ON CONFLICT (id) DO UPDATE SET version = excluded.version;
END;
CREATE TRIGGER outgoing_orphan_removed AFTER DELETE ON orphan_events
WHEN (SELECT old.event <= offered_events AND is_pruning = 0 FROM cluster_member)
BEGIN
    INSERT INTO outgoing_events SELECT old.event, old.at / 60000000, 0, version FROM cluster_member WHERE true
    ON CONFLICT (id) DO UPDATE SET version = excluded.version;
END;

CREATE TRIGGER outgoing_first_added AFTER INSERT ON first_requests
WHEN new.request <= (SELECT offered_requests FROM cluster_member)
BEGIN
    INSERT INTO outgoing_requests
    SELECT new.request, 0, (new.begun_at + new.ended_after) / 60000000, 0, version FROM cluster_member WHERE true
    ON CONFLICT (request, part, minute) DO UPDATE SET removed = 0, version = excluded.version;
END;
CREATE TRIGGER outgoing_later_added AFTER INSERT ON later_requests
BEGIN
    INSERT INTO outgoing_requests
    SELECT new.request, new.part, (new.begun_at + new.ended_after) / 60000000, 0, version
    FROM cluster_member WHERE true
    ON CONFLICT (request, part, minute) DO UPDATE SET removed = 0, version = excluded.version;
END;
CREATE TRIGGER outgoing_first_removed AFTER DELETE ON first_requests
WHEN (SELECT old.request <= offered_requests AND is_pruning = 0 FROM cluster_member)
BEGIN
    INSERT INTO outgoing_requests
    SELECT old.request, 0, (old.begun_at + old.ended_after) / 60000000, 1, version FROM cluster_member WHERE true
    ON CONFLICT (request, part, minute) DO UPDATE SET removed = 1, version = excluded.version;
END;
CREATE TRIGGER outgoing_later_removed AFTER DELETE ON later_requests
WHEN (SELECT is_pruning = 0 FROM cluster_member)
BEGIN
    INSERT INTO outgoing_requests
    SELECT old.request, old.part, (old.begun_at + old.ended_after) / 60000000, 1, version
    FROM cluster_member WHERE true
    ON CONFLICT (request, part, minute) DO UPDATE SET removed = 1, version = excluded.version;
END;

CREATE TRIGGER outgoing_cell_added AFTER INSERT ON cells
BEGIN
    INSERT INTO outgoing_cells SELECT new.series, new.width, new.bucket, new.key, 0, version
    FROM cluster_member WHERE true
    ON CONFLICT (series, width, bucket, key) DO UPDATE SET removed = 0, version = excluded.version;
END;
CREATE TRIGGER outgoing_cell_removed AFTER DELETE ON cells
WHEN (SELECT is_pruning = 0 FROM cluster_member)
BEGIN
    INSERT INTO outgoing_cells SELECT old.series, old.width, old.bucket, old.key, 1, version
    FROM cluster_member WHERE true
    ON CONFLICT (series, width, bucket, key) DO UPDATE SET removed = 1, version = excluded.version;
END;

CREATE TRIGGER outgoing_quarter_added AFTER INSERT ON quarters
BEGIN
    INSERT INTO outgoing_quarters SELECT new.bucket, version FROM cluster_member WHERE true
    ON CONFLICT (bucket) DO UPDATE SET version = excluded.version;
END;
CREATE TRIGGER outgoing_quarter_changed AFTER UPDATE ON quarters
BEGIN
    INSERT INTO outgoing_quarters SELECT new.bucket, version FROM cluster_member WHERE true
    ON CONFLICT (bucket) DO UPDATE SET version = excluded.version;
END;
CREATE TRIGGER outgoing_quarter_removed AFTER DELETE ON quarters
WHEN (SELECT is_pruning = 0 FROM cluster_member)
BEGIN
    INSERT INTO outgoing_quarters SELECT old.bucket, version FROM cluster_member WHERE true
    ON CONFLICT (bucket) DO UPDATE SET version = excluded.version;
END;

-- Pruning puts old minutes together, which the cluster keeps apart.
CREATE TRIGGER outgoing_ledger_added AFTER INSERT ON ledger
WHEN (SELECT is_pruning = 0 FROM cluster_member)
BEGIN
    INSERT INTO outgoing_ledger SELECT new.source, new.minute, 0, version FROM cluster_member WHERE true
    ON CONFLICT (source, minute) DO UPDATE SET removed = 0, version = excluded.version;
END;
CREATE TRIGGER outgoing_ledger_changed AFTER UPDATE ON ledger
WHEN (SELECT is_pruning = 0 FROM cluster_member)
BEGIN
    INSERT INTO outgoing_ledger SELECT new.source, new.minute, 0, version FROM cluster_member WHERE true
    ON CONFLICT (source, minute) DO UPDATE SET removed = 0, version = excluded.version;
END;
CREATE TRIGGER outgoing_ledger_removed AFTER DELETE ON ledger
WHEN (SELECT is_pruning = 0 FROM cluster_member)
BEGIN
    INSERT INTO outgoing_ledger SELECT old.source, old.minute, 1, version FROM cluster_member WHERE true
    ON CONFLICT (source, minute) DO UPDATE SET removed = 1, version = excluded.version;
END;
