import AgentEvents
import GRDB

/// Clears away what no event refers to any more: the names of users, sessions, errors and the like, and
/// the rows that events share.
///
/// First everything is looked through in a snapshot, while others write. Before something is removed, what
/// was written since is looked at: new events, and the older ones of their requests, since only those may
/// have changed. Whatever else removes events breaks the clearing off, by `retention.clearing`.
struct NameClearing: Sendable {
    /// What may go.
    enum Unused: Hashable, Sendable {
        case origin(Int64)
        case result(Int64)
        case name(Int64)
    }

    /// How many are removed in one transaction.
    static let maxAtOnce = 4_096
    /// Stores with more events are looked through only when a 32nd of them has been removed.
    private static let maxSmall = 1_000_000
    /// Those that only rows refer to; the others stand in the keys of cells.
    private static let kinds: [NameKind] = [
        .user, .session, .errorText, .stopReason, .breaker, .event,
    ]

    private let number: Int64
    /// The newest event that has been looked at.
    private var newest: Int64 = 0
    private var used: Set<Unused> = []
    /// Ids whose stored events do not change any more.
    private var longKeys: Set<UInt32> = []

    private init(number: Int64) { self.number = number }

    /// Begins, unless too little has been removed for it to be worth a look at everything.
    static func begin(_ db: Database) throws -> NameClearing? {
        let (removed, events) = (
            try RetentionState.load(db).removed, try StoreCounts.load(db).events
        )
        guard removed > 0, events <= maxSmall || removed * 32 >= events else { return nil }
        let number = try RetentionState.load(db).clearings + 1
        try db.execute(
            sql: "UPDATE retention SET clearings = ?1, clearing = ?1",
            arguments: [number]
        )
        return NameClearing(number: number)
    }

    /// Looks through a snapshot, for what nothing in it refers to.
    mutating func findUnused(_ db: Database) throws -> [Unused] {
        longKeys = try LongRequestTable.keys(db)
        try lookAtNew(db)
        var unused = try shared(db, "SELECT id, user, session FROM origins", Unused.origin)
        unused += try shared(
            db,
            "SELECT id, error_text, stop_reason FROM results WHERE id > 1",
            Unused.result
        )
        let kinds = Self.kinds.map { String($0.rawValue) }.joined(separator: ", ")
        try db.forEachStep("SELECT id FROM names WHERE kind IN (\(kinds))", []) { row in
            let name = Unused.name(row.int64(0))
            if !used.contains(name) { unused.append(name) }
        }
        return unused
    }

    /// Notes the names of the rows that are in use, and gives the others.
    private mutating func shared(
        _ db: Database,
        _ sql: String,
        _ make: (Int64) -> Unused
    ) throws -> [Unused] {
        var unused: [Unused] = []
        try db.forEachStep(sql, []) { row in
            let shared = make(row.int64(0))
            if used.contains(shared) {
                used.insert(.name(row.int64(1)))
                used.insert(.name(row.int64(2)))
            } else {
                unused.append(shared)
            }
        }
        return unused
    }

    /// Removes some of what was unused, but for what is used since; gives how many, and `nil` where the
    /// clearing was broken off.
    mutating func remove(_ unused: ArraySlice<Unused>, _ db: Database) throws -> Int64? {
        let current = try Int64.fetchOne(db, sql: "SELECT clearing FROM retention")
        guard current == number else { return nil }
        try lookAtNew(db)
        var removed: Int64 = 0
        for row in unused where !used.contains(row) {
            removed += 1
            switch row {
            case .origin(let id):
                try db.forEachStep("DELETE FROM origins WHERE id = ?", [id]) { _ in }
            case .result(let id):
                try db.forEachStep("DELETE FROM results WHERE id = ?", [id]) { _ in }
            case .name(let id):
                try db.forEachStep("DELETE FROM person_requests WHERE name = ?", [id]) { _ in }
                try db.forEachStep("DELETE FROM names WHERE id = ?", [id]) { _ in }
            }
        }
        return removed
    }

    /// Notes that all is cleared.
    func end(_ db: Database) throws {
        try db.execute(
            sql: "UPDATE retention SET clearing = NULL, removed = 0 WHERE clearing = ?",
            arguments: [number]
        )
    }

    /// Looks at the events that came since the last look, and at the older ones of their requests.
    private mutating func lookAtNew(_ db: Database) throws {
        let isFirst = newest == 0
        var found: Set<Unused> = []
        var requests: Set<Int64> = []
        for table in EventTable.allCases {
            let scan = RowScan(
                columns: ["request", "origin"] + Self.columns(table),
                source: "FROM \(table.name) WHERE id > ?2"
            )
            try scan.run([newest], in: db) { rows in
                for index in 0..<rows.count {
                    let row = rows[index]
                    if !isFirst, row.optional(0).isKnown { requests.insert(row.int64(0)) }
                    Self.note([row.int64(1), row.int64(2), row.int64(3)], table, &found)
                }
            }
        }
        newest = try Int64.fetchOne(db, sql: EventTable.newest) ?? 0  // one row
        for request in requests where !longKeys.contains(UInt32(request)) {
            try lookAt(request, db, &found)
        }
        if !isFirst { for row in found { try noteNames(of: row, db) } }
        used.formUnion(found)
    }

    /// What an event of a table refers to beside its origin.
    private static func columns(_ table: EventTable) -> [String] {
        table == .others ? ["subject", "error_text"] : ["result", "0"]
    }

    /// `references`: the origin, and the columns.
    private static func note(
        _ references: InlineArray<3, Int64>,
        _ table: EventTable,
        _ found: inout Set<Unused>
    ) {
        found.insert(.origin(references[0]))
        if table == .others {
            found.insert(.name(references[1]))
            found.insert(.name(references[2]))
        } else {
            found.insert(.result(references[1]))
        }
    }

    /// Looks at all events of a request id.
    private func lookAt(_ request: Int64, _ db: Database, _ found: inout Set<Unused>) throws {
        let find = try db.cachedStatement(sql: "SELECT last_event FROM request_ids WHERE id = ?")
        var next = try Int64.fetchOne(find, arguments: [request])
        while let event = next {
            next = nil
            for table in EventTable.allCases {
                let columns = Self.columns(table).joined(separator: ", ")
                let sql = "SELECT previous, origin, \(columns) FROM \(table.name) WHERE id = ?"
                try db.forEachStep(sql, [event]) { row in
                    Self.note([row.int64(1), row.int64(2), row.int64(3)], table, &found)
                    if row.int64(0) > 0 { next = event - row.int64(0) }
                }
            }
        }
    }

    /// Notes the names of an origin or a result that is in use.
    private mutating func noteNames(of row: Unused, _ db: Database) throws {
        let (sql, id): (String, Int64)
        switch row {
        case .origin(let origin): (sql, id) = ("SELECT user, session FROM origins", origin)
        case .result(let result):
            (sql, id) = ("SELECT error_text, stop_reason FROM results", result)
        case .name: return
        }
        try db.forEachStep("\(sql) WHERE id = ?", [id]) { row in
            used.insert(.name(row.int64(0)))
            used.insert(.name(row.int64(1)))
        }
    }
}
