import AgentEvents
import CSQLiteBatch
import GRDB

/// A row of a statement, read where SQLite has it, valid until the next one: a fraction of what a `Row`
/// costs, for lookups by the hundred thousand.
struct SteppedRow {
    fileprivate let statement: OpaquePointer

    /// NULL is 0.
    func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    /// NULL is unknown.
    func optional(_ column: Int32) -> Optional64 {
        isNull(column) ? nil : Optional64(sqlite3_column_int64(statement, column))
    }

    /// A text or blob; empty for NULL.
    func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        // In this order, as SQLite says: the first call may convert.
        let start = sqlite3_column_blob(statement, column)
        return UnsafeRawBufferPointer(
            start: start,
            count: Int(sqlite3_column_bytes(statement, column))
        )
    }
}

extension Database {
    /// Runs a query with integers for its parameters, and hands over its rows.
    func forEachStep(
        _ sql: String,
        _ arguments: [Int64],
        _ body: (SteppedRow) throws -> Void
    ) throws {
        let statement = try cachedStatement(sql: sql).sqliteStatement
        defer { sqlite3_reset(statement) }
        for (index, argument) in arguments.enumerated() {
            try DatabaseError.check(sqlite3_bind_int64(statement, Int32(index + 1), argument), sql)
        }
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else {
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: code),
                    message: "\(lastErrorMessage ?? "reading"): \(sql)"
                )
            }
            try body(SteppedRow(statement: statement))
        }
    }
}
