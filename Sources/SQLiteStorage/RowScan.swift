import AgentEvents
import CSQLiteBatch
import GRDB

/// Steps through a query with SQLite's own interface: millions of rows, no object for any of them.
struct RowScan {
    private let statement: OpaquePointer

    /// Hands each row to `body` until there are no more.
    static func run(
        _ sql: String,
        _ arguments: [Int64],
        _ db: Database,
        _ body: (RowScan) throws -> Void
    ) throws {
        var prepared: OpaquePointer?
        try SQLiteStore.check(sqlite3_prepare_v2(db.sqliteConnection, sql, -1, &prepared, nil), sql)
        guard let statement = prepared else { return }
        defer { sqlite3_finalize(statement) }
        for (index, argument) in arguments.enumerated() {
            try SQLiteStore.check(sqlite3_bind_int64(statement, Int32(index + 1), argument), sql)
        }
        let scan = RowScan(statement: statement)
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { return try SQLiteStore.check(code, sql) }
            try body(scan)
        }
    }

    func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    func uint8(_ column: Int32) -> UInt8 { UInt8(truncatingIfNeeded: int64(column)) }

    func bool(_ column: Int32) -> Bool { int64(column) != 0 }

    /// NULL is index 0: no name.
    func name(_ column: Int32) -> NameIndex {
        NameIndex(rawValue: UInt32(truncatingIfNeeded: int64(column)))
    }

    func optional(_ column: Int32) -> Optional64 {
        sqlite3_column_type(statement, column) == SQLITE_NULL ? nil : Optional64(int64(column))
    }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }
}
