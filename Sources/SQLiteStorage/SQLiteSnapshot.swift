import AgentEvents
import EventStorage
import GRDB
import Rollups

/// One read transaction of a store.
struct SQLiteSnapshot: StoreSnapshot {
    let db: Database
    let settings: RequestSettings
    let cellKeys = ReadCellKeys()

    init(_ db: Database) throws {
        self.db = db
        settings = try StoredSettings.load(db)
    }

    func forEachCall(
        in window: TimeWindow,
        names: CallNames,
        _ body: ([CallUnit]) throws -> Void
    ) throws {
        try CallScan.run(
            // For a list of three SQLite looks each row up in a table of its own.
            ZoneMap.events.rowsInWindow + " AND (kind < 3 OR kind = 5)",
            names,
            [window.since.micros, window.until.micros],
            db,
            body
        )
    }

    func orphanEvents(in window: TimeWindow) throws -> [CallUnit] {
        var orphans: [CallUnit] = []
        try CallScan.run(
            """
            FROM events WHERE kind IN (4, 6, 7) AND timestamp >= ?2 AND timestamp < ?3 AND request IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM requests r WHERE r.request = events.request)
            """,
            [.agent, .user, .session, .subject, .provider],
            [window.since.micros, window.until.micros],
            db
        ) { orphans += $0 }
        return orphans
    }

    func forEachRequest(
        endedIn window: TimeWindow,
        _ body: ([RequestRow]) throws -> Void
    ) throws {
        try RequestScan.run(endedIn: window, db, body)
    }

    func agentOutcomes() throws -> AgentOutcomes { try AgentOutcomeCounts.load(db) }

    func endsTasksSince() throws -> [NameIndex: Timestamp] {
        try AgentCompletions.load(db)
    }

    func events(ofRequestKey key: Int64) throws -> [AgentEvent] {
        let last = try Int64.fetchOne(
            db,
            sql: "SELECT last_event FROM request_ids WHERE id = ?",
            arguments: [key]
        )
        guard let last else { return [] }
        let events = try EventChain.load(endingAt: last, db)
        let paths = try SourcePaths.of(events, db)
        return events.map(\.event).sorted { $0.precedes($1, sourcePaths: paths) }
    }

    func ledger(readIn window: TimeWindow) throws -> SourceLedger {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT sum(lines), sum(events), sum(duplicates), sum(conflicting_duplicates),
                    sum(rejected), sum(skipped), sum(joined), sum(blank), sum(field_errors), sum(bytes),
                    sum(late_events)
                FROM ledger WHERE minute >= ? AND minute < ?
                """,
            arguments: [window.since.flooredToMinute.micros, window.until.micros]
        )
        return SourceLedger(row)
    }

    func following() throws -> FollowState? {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT min(behind_since), (SELECT count(*) FROM follower) FROM sources
                """
        )
        let behindSince = (row?[0] as Int64?).map(Timestamp.init(micros:))
        let hasBeen = (row?[1] as Int64?) == 1
        guard hasBeen || behindSince != nil else { return nil }
        return FollowState(behindSince: behindSince, heartbeat: try FollowerRow.load(db))
    }

    func newestEvent() throws -> Timestamp? {
        try Int64.fetchOne(db, sql: "SELECT max(newest_event) FROM sources").map(
            Timestamp.init(micros:)
        )
    }

    func name(_ index: NameIndex) throws -> String? {
        guard !index.isNone else { return nil }
        let statement = try db.cachedStatement(sql: "SELECT name FROM names WHERE id = ?")
        return try String.fetchOne(statement, arguments: [index.rawValue])
    }

    func nameIndex(_ kind: NameKind, _ name: String) throws -> NameIndex? {
        try UInt32.fetchOne(
            db,
            sql: "SELECT id FROM names WHERE kind = ? AND name = ?",
            arguments: [kind.rawValue, name]
        ).map(NameIndex.init(rawValue:))
    }
}

extension SourceLedger {
    /// From the eleven counts of a row in their declared order; sums over no rows are NULL, that is 0.
    ///
    /// `first`: the column of the first count.
    init(_ row: Row?, from first: Int = 0) {
        self.init()
        guard let row else { return }
        func count(_ index: Int) -> Int64 { (row[first + index] as Int64?) ?? 0 }  // as said above
        lines = count(0)
        events = count(1)
        duplicates = count(2)
        conflictingDuplicates = count(3)
        rejected = count(4)
        skipped = count(5)
        joined = count(6)
        blank = count(7)
        fieldErrors = count(8)
        bytes = count(9)
        lateEvents = count(10)
    }
}
