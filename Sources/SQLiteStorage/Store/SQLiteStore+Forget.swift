import AgentEvents
package import EventStorage
import GRDB
import Rollups
import Synchronization

extension SQLiteStore {
    /// Removes every generation of the sources at a path with all that came from them; `nil` where
    /// there is no such source.
    ///
    /// One transaction. A few passes over all events, and the log grows by the pages that change.
    package func forget(path source: String) throws -> ForgottenSource? {
        try writerState.withLock { state in
            // Ids of sources and requests may be given out again.
            state = WriterState()
            return try write { db in
                let context = try WriteContext(db, WriterState())
                guard let removal = try SourceRemoval(path: source, context) else { return nil }
                // The indexes are made anew, for all requests.
                try context.withRequestHashes { try RequestIndexes.extend(with: &$0, db) }
                return try removal.run()
            }
        }
    }
}

/// The removal of sources, step by step; three temporary tables hold what would not fit in memory.
private struct SourceRemoval {
    private let context: WriteContext
    private let sources: Set<UInt32>

    private var db: Database { context.db }

    init?(path: String, _ context: WriteContext) throws {
        self.context = context
        let sql = "SELECT id FROM sources WHERE path = ?1 OR seen_at = ?1"
        sources = Set(try UInt32.fetchAll(context.db, sql: sql, arguments: [path]))
        if sources.isEmpty { return nil }
    }

    func run() throws -> ForgottenSource {
        try listRequests()
        let requests = try count("SELECT (SELECT count(*) FROM lost) + (SELECT count(*) FROM kept)")
        try foldKeptAgain()
        try removeLost()
        try RetentionState.keepIDs(db)
        let events = try removeEvents()
        for table in ["ledger", "field_errors", "rejects"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE source IN gone")
        }
        try db.execute(sql: "DELETE FROM sources WHERE id IN gone")
        try db.execute(sql: "UPDATE retention SET clearing = NULL")
        try AgentCompletions.recomputeAll(db)
        try RequestIndexes.noteRemoval(db)
        try DerivedTables.rebuild(db)
        try CellRebuild.run(db)
        try db.execute(sql: "DROP TABLE temp.gone; DROP TABLE temp.lost; DROP TABLE temp.kept")
        return ForgottenSource(
            generations: Int64(sources.count),
            events: events,
            requests: requests
        )
    }

    private func count(_ sql: String) throws -> Int64 {
        try Int64.fetchOne(db, sql: sql) ?? 0  // counts give a row
    }

    /// `lost`: request ids of which nothing remains; `kept`: those that other sources share.
    private func listRequests() throws {
        for table in ["gone", "lost", "kept"] {
            try db.execute(sql: "CREATE TEMP TABLE \(table) (id INTEGER PRIMARY KEY)")
        }
        for source in sources {
            try db.execute(sql: "INSERT INTO gone VALUES (?)", arguments: [source])
        }
        for table in EventTable.allCases {
            try db.execute(
                sql: """
                    INSERT OR IGNORE INTO lost SELECT request FROM \(table.name)
                    WHERE origin IN (\(Self.goneOrigins)) AND request IS NOT NULL
                    """
            )
        }
        for table in EventTable.allCases {
            try db.execute(
                sql: """
                    INSERT OR IGNORE INTO kept SELECT request FROM \(table.name)
                    WHERE origin NOT IN (\(Self.goneOrigins)) AND request IN lost
                    """
            )
        }
        try db.execute(sql: "DELETE FROM lost WHERE id IN kept")
    }

    private func removeEvents() throws -> Int64 {
        var removed: Int64 = 0
        for table in EventTable.allCases {
            try db.execute(sql: "DELETE FROM \(table.name) WHERE origin IN (\(Self.goneOrigins))")
            removed += Int64(db.changesCount)
        }
        try db.execute(sql: "DELETE FROM origins WHERE source IN gone")
        return removed
    }

    private static let goneOrigins = "SELECT id FROM origins WHERE source IN gone"

    private func removeLost() throws {
        try db.execute(
            sql: """
                DELETE FROM first_requests WHERE request IN lost;
                DELETE FROM later_requests WHERE request IN lost;
                DELETE FROM request_hashes WHERE request IN lost;
                DELETE FROM request_ids WHERE id IN lost;
                DELETE FROM long_requests WHERE request IN lost;
                DELETE FROM long_request_events WHERE request IN lost;
                """
        )
    }

    /// The number of request ids that are folded at a time, which bounds the memory.
    private static let maxKeysAtOnce = 1_000

    private func foldKeptAgain() throws {
        let refold = RequestRefold(context: context, settings: try context.settings()) {
            _ = try RequestWriter.store($0, in: context)
        }
        var last: Int64 = 0
        while true {
            let keys = try Int64.fetchAll(
                db,
                sql: "SELECT id FROM kept WHERE id > ? ORDER BY id LIMIT ?",
                arguments: [last, Self.maxKeysAtOnce]
            )
            guard let end = keys.last else { return }
            last = end
            try refold.fold(
                try refold.relink(keys) { !sources.contains($0.event.source) }
            )
        }
    }
}
