import GRDB

/// The table `store_counts`: how many events and requests there are, so that nobody has to count them.
struct StoreCounts: Equatable {
    var events: Int64 = 0
    var requests: Int64 = 0

    /// Adds these to what is stored.
    func add(_ db: Database) throws {
        guard events != 0 || requests != 0 else { return }
        let add = try db.cachedStatement(
            sql: "UPDATE store_counts SET events = events + ?, requests = requests + ?"
        )
        try add.execute(arguments: [events, requests])
    }

    static func load(_ db: Database) throws -> StoreCounts {
        try read("SELECT events, requests FROM store_counts", db)
    }

    /// Counts the rows themselves.
    static func counted(_ db: Database) throws -> StoreCounts {
        func sum(_ tables: [String]) -> String {
            tables.map { "(SELECT count(*) FROM \($0))" }.joined(separator: " + ")
        }
        let events = sum(EventTable.allCases.map(\.name))
        let requests = sum(RequestTable.allCases.map(\.name))
        return try read("SELECT \(events), \(requests)", db)
    }

    /// Stores the counts of the rows themselves.
    static func rebuild(_ db: Database) throws {
        let counted = try counted(db)
        try db.execute(
            sql: "UPDATE store_counts SET events = ?, requests = ?",
            arguments: [counted.events, counted.requests]
        )
    }

    private static func read(_ sql: String, _ db: Database) throws -> StoreCounts {
        guard let row = try Row.fetchOne(db, sql: sql) else {
            throw DatabaseError(
                resultCode: .SQLITE_CORRUPT,
                message: "the row of store_counts is missing"
            )
        }
        return StoreCounts(events: try row.value(0), requests: try row.value(1))
    }
}
