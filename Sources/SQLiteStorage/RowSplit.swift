import GRDB

/// Turns the tables of events and requests of versions 1 to 3 into those of version 4.
///
/// Runs inside the migration's transaction, and reads the old table three times; the room that it had
/// is used again.
enum RowSplit {
    static func run(_ db: Database) throws {
        try splitEvents(db)
        try splitRequests(db)
    }

    private static func splitEvents(_ db: Database) throws {
        try db.execute(
            sql: """
                DROP VIEW llm_calls; DROP VIEW tool_calls; DROP INDEX other_events;
                ALTER TABLE events RENAME TO old_events;
                """
        )
        for table in ["origins", "models", "results"] + EventTable.allCases.map(\.name) {
            try TableRebuild.create(table, db)
        }
        try shareRows(db)
        for table in EventTable.allCases { try copy(to: table, db) }
        try db.execute(sql: "DROP TABLE old_events")
        try TableRebuild.create(index: "other_events_by_time", db)
        for view in ["llm_calls", "tool_calls", "events"] {
            try TableRebuild.create(view: view, db)
        }
    }

    private static let origin = """
        source, ifnull(agent, 0) AS agent, ifnull(user, 0) AS user, ifnull(session, 0) AS session,
        flags & 28 AS named
        """
    private static let model = """
        ifnull(subject, 0) AS model, ifnull(provider, 0) AS provider, context_window
        """

    /// A failed call always had an error class.
    private static let result = """
        CASE WHEN succeeded THEN 0 ELSE ifnull(error_class, 14) END AS error_class,
        ifnull(error_text, 0) AS error_text, ifnull(stop_reason, 0) AS stop_reason,
        ifnull(attempt, 0) AS attempt, flags & ~28 AS flags
        """

    /// What events have in common, in the order in which it first came.
    private static func shareRows(_ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO origins (source, agent, user, session, named)
                SELECT source, agent, user, session, named
                FROM (SELECT id, \(origin) FROM old_events)
                GROUP BY source, agent, user, session, named ORDER BY min(id);
                INSERT INTO models (model, provider, context_window)
                SELECT model, provider, context_window
                FROM (SELECT id, \(model) FROM old_events WHERE kind = 1)
                GROUP BY model, provider, context_window ORDER BY min(id);
                INSERT INTO results VALUES (1, 0, 0, 0, 0, 0);
                INSERT OR IGNORE INTO results (error_class, error_text, stop_reason, attempt, flags)
                SELECT error_class, error_text, stop_reason, attempt, flags
                FROM (SELECT id, \(result) FROM old_events WHERE kind < 3)
                GROUP BY error_class, error_text, stop_reason, attempt, flags ORDER BY min(id);
                """
        )
    }

    private static let resultJoin = """
        CROSS JOIN results d ON d.error_class = CASE WHEN succeeded THEN 0 ELSE
                ifnull(e.error_class, 14) END
            AND d.error_text = ifnull(e.error_text, 0) AND d.stop_reason = ifnull(e.stop_reason, 0)
            AND d.attempt = ifnull(e.attempt, 0) AND d.flags = e.flags & ~28
        """

    private static func copy(to table: EventTable, _ db: Database) throws {
        let shared = [
            "id": "e.id", "timestamp": "timestamp", "latency": "latency", "origin": "o.id",
            "request": "request", "previous": "e.id - previous", "line_offset": "line_offset",
            "event_id": "event_id", "parent_id": "parent_id",
            "attributes": "attributes",
        ]
        var values: [String: String]
        let kinds: String
        switch table {
        case .llmCalls:
            kinds = "= 1"
            values = ["model": "m.id", "result": "d.id"]
            for name in [
                "ttft", "uncached_input", "cache_read", "cache_write", "cache_write_1h", "output",
                "cost", "reasoning",
            ] { values[name] = name }
        case .toolCalls:
            kinds = "= 2"
            values = [
                "tool": "subject", "result": "d.id", "arguments_hash": "arguments_hash >> 16",
            ]
        case .others:
            kinds = "> 2"
            values = ["flags": "flags & ~28"]
            for name in ["kind", "subject", "outcome", "attempt", "error_class", "error_text"] {
                values[name] = name
            }
        }
        values.merge(shared) { own, _ in own }
        let columns = values.keys.sorted()
        var join =
            table == .llmCalls
            ? """
            CROSS JOIN models m ON m.model = ifnull(e.subject, 0)
                AND m.provider = ifnull(e.provider, 0) AND m.context_window IS e.context_window

            """ : ""
        if table != .others { join += resultJoin }
        try db.execute(
            sql: """
                INSERT INTO \(table.name) (\(columns.joined(separator: ", ")))
                SELECT \(columns.map { values[$0] ?? $0 }.joined(separator: ", "))
                FROM old_events e
                CROSS JOIN origins o ON o.source = e.source AND o.agent = ifnull(e.agent, 0)
                    AND o.user = ifnull(e.user, 0) AND o.session = ifnull(e.session, 0)
                    AND o.named = e.flags & 28
                \(join)
                WHERE e.kind \(kinds) ORDER BY e.id
                """
        )
    }

    private static func splitRequests(_ db: Database) throws {
        try db.execute(
            sql: "DROP VIEW request_summary; ALTER TABLE requests RENAME TO old_requests"
        )
        let kept = """
            agent, user, session, begun_at, outcome, reported_latency, llm_calls, tool_calls,
            retry_events, input_tokens, output_tokens, cost, context_utilization,
            repeated_tool_calls, consecutive_tool_calls
            """
        for (table, part, parts) in [
            ("first_requests", "", "= 0"), ("later_requests", "part, ", "> 0"),
        ] {
            try TableRebuild.create(table, db)
            try db.execute(
                sql: """
                    INSERT INTO \(table) (request, \(part)\(kept), started_after, ended_after,
                        marks, unpriced_calls)
                    SELECT request, \(part)\(kept), started_at - begun_at, ended_at - begun_at,
                        last_call_failed + 2 * has_escalation + 4 * is_looping,
                        llm_calls - priced_calls
                    FROM old_requests WHERE part \(parts) ORDER BY request, part
                    """
            )
        }
        try db.execute(sql: "DROP TABLE old_requests")
        for view in ["requests", "request_summary"] { try TableRebuild.create(view: view, db) }
        // The low 32 bits as a signed number.
        try db.execute(
            sql: """
                CREATE TEMP TABLE old_hashes AS
                SELECT ((hash & 4294967295) + 2147483648 & 4294967295) - 2147483648 AS hash, request
                FROM request_hashes;
                DROP TABLE request_hashes;
                """
        )
        try TableRebuild.create("request_hashes", db)
        try db.execute(
            sql: """
                INSERT INTO request_hashes (hash, request)
                SELECT hash, request FROM temp.old_hashes ORDER BY hash, request;
                DROP TABLE temp.old_hashes;
                """
        )
    }
}
