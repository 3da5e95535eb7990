import AgentEvents
import CSQLiteBatch
import GRDB

/// Which request ids have events of a user or a session: the table `person_requests`.
///
/// One may outlive events that now say somebody else, so it only says where to look. The requests that
/// `RequestIndexes` have not reached are in it only for people that they do not name themselves: the others
/// are found in their rows.
enum UserRequestIndex {
    private struct Pair: Hashable {
        var name: NameIndex
        /// 0 for events without a request.
        var request: Int64
    }

    /// Adds what a commit's events say of people, and what it made stored ones say.
    static func add(_ fold: BatchFold, keys: RequestKeys, in db: Database) throws {
        let through = try RequestIndexes.through(db)
        var pairs = Set(fold.strangers.map { Pair(name: $0.name, request: Int64($0.key)) })
        func add(_ event: AgentEvent, _ request: UInt32) {
            guard request <= through else { return }
            for name in [event.user, event.session] where !name.isNone {
                pairs.insert(Pair(name: name, request: Int64(request)))
            }
        }
        for event in fold.events where !event.flags.contains(.duplicate) {
            add(event, keys.keys[Int(event.request.rawValue)])
        }
        for change in fold.changes { add(change.event, change.event.request.rawValue) }
        try store(Array(pairs), db)
    }

    /// Adds what the rows of the requests after a key say.
    static func addRows(after key: Int64, _ db: Database) throws {
        var pairs: [Pair] = []
        for table in RequestTable.allCases {
            let scan = RowScan(
                columns: ["request", "user", "session"],
                source: "FROM \(table.name) WHERE request > ?2"
            )
            try scan.run([key], in: db) { rows in
                for index in 0..<rows.count {
                    let row = rows[index]
                    let request = row.int64(0)
                    for name in [row.name(1), row.name(2)] where !name.isNone {
                        pairs.append(Pair(name: name, request: request))
                    }
                }
            }
        }
        try store(pairs, db)
    }

    /// Removes a request id that is gone.
    ///
    /// `people`: whom its events named.
    static func remove(_ key: Int64, of people: Set<NameIndex>, _ db: Database) throws {
        let remove = "DELETE FROM person_requests WHERE name = ? AND request = ?"
        for name in people where !name.isNone {
            try db.forEachStep(remove, [Int64(name.rawValue), key]) { _ in }
        }
    }

    /// In order, so that pages are filled one after the other.
    private static func store(_ pairs: [Pair], _ db: Database) throws {
        let rows = pairs.sorted { ($0.name.rawValue, $0.request) < ($1.name.rawValue, $1.request) }
        try insert(db, rows, texts: TextArena())
    }

    private static let insert = RowInsert(
        table: "person_requests",
        columns: [
            ("name", .uint32(offset(\Pair.name))),
            ("request", .int64(offset(\Pair.request))),
        ],
        verb: "INSERT OR IGNORE"
    )

    /// The request ids that may have events of some people, ascending; `nil` where reading the window
    /// is the better way: some of their events have no request, or they are a large part of all.
    static func keys(of names: [NameIndex], _ db: Database) throws -> [Int64]? {
        let most = try Int64.fetchOne(db, sql: "SELECT max(id) / 8 FROM request_ids") ?? 0  // none
        let find = try db.cachedStatement(
            sql: "SELECT request FROM person_requests WHERE name = ? LIMIT ?"
        )
        let through = try RequestIndexes.through(db)
        var keys: Set<Int64> = []
        for name in names {
            let found = try Int64.fetchAll(find, arguments: [name.rawValue, most + 2])
            keys.formUnion(found)
            keys.formUnion(try unindexed(of: name, after: through, db))
            guard keys.count <= most + 1, !keys.contains(0) else { return nil }
        }
        return keys.sorted()
    }

    /// The requests that name somebody and are not indexed.
    private static func unindexed(
        of name: NameIndex,
        after key: Int64,
        _ db: Database
    ) throws -> [Int64] {
        try RequestTable.allCases.flatMap { table in
            let find = try db.cachedStatement(
                sql: """
                    SELECT request FROM \(table.name)
                    WHERE request > ?1 AND (user = ?2 OR session = ?2)
                    """
            )
            return try Int64.fetchAll(find, arguments: [key, name.rawValue])
        }
    }

    /// Makes the table anew from the events.
    static func rebuild(_ db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM person_requests;
                INSERT INTO person_requests (name, request)
                SELECT user, ifnull(request, 0) FROM events WHERE user IS NOT NULL
                UNION SELECT session, ifnull(request, 0) FROM events WHERE session IS NOT NULL;
                """
        )
    }
}
