import AgentEvents
import EventStorage
import GRDB
import Rollups

/// One read transaction of a store.
struct SQLiteSnapshot: StoreView {
    let db: Database
    /// The database that it is a view of.
    let file: DatabaseFile
    let settings: RequestSettings
    let cellKeys = ReadCellKeys()
    let spans = ReadSpans()

    init(_ db: Database, file: DatabaseFile) throws {
        self.db = db
        self.file = file
        settings = try StoredSettings.load(db)
    }

    func forEachCall(
        in window: TimeWindow,
        names: CallNames,
        of scope: UserScope,
        _ body: ([CallUnit]) throws -> Void
    ) throws {
        if let keys = try requests(of: scope) {
            for key in keys { try forEachCall(ofRequestKey: key, in: window, body) }
            return
        }
        let holdsAll = try spans.holdsAll(window, .events, db)
        for table in EventTable.allCases {
            let rows =
                holdsAll
                ? ZoneMap.allRows(of: table.name) : ZoneMap.events.rowsInWindow(of: table.name)
            // With the + SQLite makes no index for this one scan.
            let condition = table == .others ? " AND +kind = \(EventKind.retry.rawValue)" : ""
            try CallRowReader(table, names, db).run(
                rows + condition,
                arguments: [window.since.micros, window.until.micros],
                within: window,
                body
            )
        }
    }

    func orphanEvents(in window: TimeWindow) throws -> [CallUnit] {
        var orphans: [CallUnit] = []
        let names: CallNames = [.agent, .user, .session, .subject, .provider]
        try CallRowReader(.others, names, db).run(
            """
            FROM orphan_events o CROSS JOIN other_events e ON e.id = o.event
            WHERE o.at >= ?2 AND o.at < ?3
            """,
            arguments: [window.since.micros, window.until.micros]
        ) { orphans += $0 }
        return orphans
    }

    func forEachRequest(
        in reach: RequestReach,
        of scope: UserScope,
        _ body: ([RequestRow]) throws -> Void
    ) throws {
        if let keys = try requests(of: scope) {
            for key in keys {
                let rows = try RequestRowReader.rows(of: key, from: 0, db)
                try body(rows.filter(reach.contains))
            }
            return
        }
        let takesAll = reach.begunBefore >= reach.ended.until && !reach.isUndecided
        if takesAll, try spans.holdsAll(reach.ended, .requests, db) {
            return try RequestRowReader.run(db, mayRunBeside: true) { rows in
                guard rows.allSatisfy(reach.contains) else { throw ZoneMap.strayRow }
                try body(rows)
            }
        }
        try RequestRowReader.run(in: reach, mayRunBeside: true, db, body)
    }

    /// The request ids of some people; `nil` where reading the window is the better way.
    private func requests(of scope: UserScope) throws -> [Int64]? {
        guard case .names(let names) = scope else { return nil }
        return try UserRequestIndex.keys(of: names, db)
    }

    func agentOutcomes() throws -> AgentOutcomes { try AgentOutcomeCounts.load(db) }

    func endsTasksSince() throws -> [NameIndex: Timestamp] {
        try AgentCompletions.load(db)
    }

    func events(ofRequestKey key: Int64) throws -> [AgentEvent]? {
        guard let last = try lastEvent(ofRequestKey: key) else { return [] }
        let max = LongRequestTable.maxFoldedEvents
        let (events, isWhole) = try EventChain.load(endingAt: last, max: max, db)
        guard isWhole else { return nil }
        let paths = try SourcePaths.of(events, db)
        return events.map(\.event).sorted { $0.precedes($1, sourcePaths: paths) }
    }

    private func forEachCall(
        ofRequestKey key: Int64,
        in window: TimeWindow,
        _ body: ([CallUnit]) throws -> Void
    ) throws {
        guard let last = try lastEvent(ofRequestKey: key) else { return }
        var calls: [CallUnit] = []
        try EventChain.walk(endingAt: last, db) { stored in
            let event = stored.event
            guard event.kind.isCall || event.kind == .retry, window.contains(event.timestamp) else {
                return true
            }
            calls.append(CallUnit(event))
            if calls.count == Self.callsAtOnce {
                try body(calls)
                calls.removeAll(keepingCapacity: true)
            }
            return true
        }
        try body(calls)
    }

    private static let callsAtOnce = 4_096

    /// `nil` where the key stands for no request any more.
    private func lastEvent(ofRequestKey key: Int64) throws -> Int64? {
        let find = try db.cachedStatement(sql: "SELECT last_event FROM request_ids WHERE id = ?")
        return try Int64.fetchOne(find, arguments: [key])
    }

    func ledger(readIn window: TimeWindow) throws -> SourceLedger {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT \(SourceLedger.sums) FROM ledger l
                WHERE minute >= ? AND minute < ?
                """,
            arguments: [window.since.flooredToMinute.micros, window.until.micros]
        )
        return try SourceLedger(row)
    }

    func following() throws -> FollowState? {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT min(behind_since), (SELECT count(*) FROM follower) FROM sources
                """
        )
        let behindSince = (try row?.value(0) as Int64?).map(Timestamp.init(micros:))
        let hasBeen = (try row?.value(1) as Int64?) == 1
        guard hasBeen || behindSince != nil else { return nil }
        return FollowState(behindSince: behindSince, heartbeat: try FollowerRow.load(db))
    }

    func horizon() throws -> RetentionHorizon { try RetentionState.load(db).horizon }

    func oldestEvent() throws -> Timestamp? {
        try ZoneMap.oldestEvent(db)
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
    /// The sums of all counts over rows of the ledger `l`, in their declared order.
    static let sums = counts.map { "sum(l.\($0.name))" }.joined(separator: ", ")

    /// Reads the counts of a row in their declared order; sums over no rows are NULL, which
    /// is 0.
    ///
    /// `first`: the column of the first count.
    init(_ row: Row?, from first: Int = 0) throws {
        self.init()
        guard let row else { return }
        // As said above.
        func count(_ index: Int) throws -> Int64 { (try row.value(first + index) as Int64?) ?? 0 }
        for (index, entry) in Self.counts.enumerated() {
            self[keyPath: entry.path] = try count(index)
        }
    }
}
