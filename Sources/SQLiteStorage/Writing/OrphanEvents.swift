import AgentEvents
import GRDB

/// The table `orphan_events`: events whose request id belongs to no request.
enum OrphanEvents {
    /// One of them.
    struct Orphan: Hashable {
        var at: Timestamp
        /// Its id.
        var event: Int64
        /// The key of its request id.
        var request: Int64
    }

    private static let insert = RowInsert(
        table: "orphan_events",
        columns: [
            ("at", .int64(offset(\Orphan.at))), ("event", .int64(offset(\Orphan.event))),
            ("request", .int64(offset(\Orphan.request))),
        ]
    )

    /// Adds new events.
    static func add(_ orphans: [Orphan], _ db: Database) throws {
        try insert(
            db,
            orphans.sorted { ($0.at, $0.event) < ($1.at, $1.event) },
            texts: TextArena()
        )
    }

    /// Removes stored events that belong to a request now.
    static func remove(_ events: [StoredEvent], _ db: Database) throws {
        let remove = try db.cachedStatement(
            sql: "DELETE FROM orphan_events WHERE at = ? AND event = ?"
        )
        for event in events {
            try remove.execute(arguments: [event.event.timestamp.micros, event.id])
        }
    }

    /// Removes all of a request id that has very many events.
    static func remove(of key: UInt32, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM orphan_events WHERE request = ?", arguments: [key])
    }

    /// What the rows say.
    private static let found = """
        SELECT timestamp, id, request FROM other_events e
        WHERE kind IN (4, 6, 7) AND request IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM first_requests r WHERE r.request = e.request)
            AND NOT EXISTS (SELECT 1 FROM later_requests r WHERE r.request = e.request)
        """

    /// Notes what is left of a request id that has lost events, where its requests went with them.
    static func renew(of key: Int64, _ db: Database) throws {
        guard try RequestRowReader.latest(of: key, db) == nil else { return }
        let find = try db.cachedStatement(sql: "SELECT last_event FROM request_ids WHERE id = ?")
        guard let last = try Int64.fetchOne(find, arguments: [key]) else { return }
        // All that is left are events that make no request.
        let events = try EventChain.load(endingAt: last, db)
        try remove(events, db)
        try add(events.map { Orphan(at: $0.event.timestamp, event: $0.id, request: key) }, db)
    }

    /// Finds all anew.
    static func rebuild(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM orphan_events; INSERT INTO orphan_events \(found)")
    }

    /// How many are noted that are none, or are not noted.
    static func wrong(_ db: Database) throws -> Int64 {
        let stored = "SELECT at, event, request FROM orphan_events"
        let sql = """
            SELECT (SELECT count(*) FROM (\(found) EXCEPT \(stored)))
                + (SELECT count(*) FROM (\(stored) EXCEPT \(found)))
            """
        return try Int64.fetchOne(db, sql: sql) ?? 0  // counts give a row
    }
}
