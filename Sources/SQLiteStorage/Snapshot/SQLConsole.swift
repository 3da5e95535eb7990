import CSQLiteBatch
package import EventStorage

/// Read-only SQL on a database, for people.
///
/// Three things keep a query from doing harm: the connection is opened read-only, an authorizer
/// denies everything but reading (no ATTACH, no PRAGMA that sets, no writable function), and a clock
/// ends what takes too long. It uses SQLite's own interface, since GRDB has an authorizer of its own.
package enum SQLConsole {
    /// Runs one statement.
    ///
    /// - Throws: `StoreError` with code `refused` for what is not a query or takes too long.
    package static func run(
        _ sql: String,
        database path: String,
        seconds: Int,
        onColumns: ([String]) throws -> Void,
        onRow: ([SQLValue]) throws -> Void
    ) throws {
        // Checks that it is ours and can be read, and says what is wrong if not.
        let address = try SQLiteStore.openForReading(path).address
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(address, &opened, SQLITE_OPEN_READONLY, nil)
        defer { sqlite3_close_v2(opened) }
        guard code == SQLITE_OK, let connection = opened else { throw refusal(opened, sql) }
        aw_disable_checkpoint_on_close(connection)
        sqlite3_busy_timeout(connection, 30_000)
        QuantileFunctions.register(connection)
        sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, maxValueBytes)
        let deadline = Deadline(seconds: seconds)
        try withExtendedLifetime(deadline) {
            deadline.watch(connection)
            sqlite3_set_authorizer(connection, authorize, nil)
            try step(sql, connection: connection, deadline: deadline, onColumns: onColumns, onRow)
        }
    }

    /// No text or blob of an answer is longer, in bytes.
    private static let maxValueBytes: Int32 = 16 << 20

    private static func step(
        _ sql: String,
        connection: OpaquePointer,
        deadline: Deadline,
        onColumns: ([String]) throws -> Void,
        _ onRow: ([SQLValue]) throws -> Void
    ) throws {
        var prepared: OpaquePointer?
        var rest: UnsafePointer<CChar>?
        let (code, trailing) = sql.withCString { text in
            let code = sqlite3_prepare_v2(connection, text, -1, &prepared, &rest)
            return (code, rest.map { String(cString: $0) } ?? "")  // nothing behind the statement
        }
        defer { sqlite3_finalize(prepared) }
        guard code == SQLITE_OK else { throw refusal(connection, sql) }
        guard let statement = prepared else {
            throw StoreError(
                .refused,
                operation: "running SQL",
                cause: "there is no statement",
                hint: "give a query, as in: agentwatch sql 'SELECT count(*) FROM llm_calls'"
            )
        }
        guard isEmpty(trailing, connection) else {
            throw StoreError(
                .refused,
                operation: "running SQL",
                cause: "there is more than one statement",
                hint: "run them one at a time"
            )
        }
        let count = sqlite3_column_count(statement)
        try onColumns((0..<count).map { String(cString: sqlite3_column_name(statement, $0)) })
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { throw refusal(connection, sql) }
            guard !deadline.hasPassed else { throw tooLong }
            try onRow((0..<count).map { value(statement, $0) })
        }
    }

    /// Whether a text holds no further statement: white space, semicolons and comments at most.
    private static func isEmpty(_ sql: String, _ connection: OpaquePointer) -> Bool {
        sql.withCString { text in
            var rest: UnsafePointer<CChar>? = text
            while let next = rest, next.pointee != 0 {
                var statement: OpaquePointer?
                let code = sqlite3_prepare_v2(connection, next, -1, &statement, &rest)
                sqlite3_finalize(statement)
                // A comment is prepared as nothing.
                guard code == SQLITE_OK, statement == nil, rest != next else { return false }
            }
            return true
        }
    }

    private static let tooLong = StoreError(
        .refused,
        operation: "running SQL",
        cause: "interrupted",
        hint: "it took too long; ask for less, or copy the database and use sqlite3"
    )

    private static func value(_ statement: OpaquePointer, _ column: Int32) -> SQLValue {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
        case SQLITE_NULL: return .null
        case SQLITE_BLOB:
            return .blob(
                bytes(sqlite3_column_blob(statement, column), statement: statement, column: column)
            )
        default:
            let text = sqlite3_column_text(statement, column)
            return .text(
                String(
                    decoding: bytes(UnsafeRawPointer(text), statement: statement, column: column),
                    as: UTF8.self
                )
            )
        }
    }

    private static func bytes(
        _ pointer: UnsafeRawPointer?,
        statement: OpaquePointer,
        column: Int32
    ) -> [UInt8] {
        let count = Int(sqlite3_column_bytes(statement, column))
        // SQLite gives no pointer to an empty value.
        return pointer.map { Array(UnsafeRawBufferPointer(start: $0, count: count)) } ?? []
    }

    private static func refusal(_ connection: OpaquePointer?, _ sql: String) -> StoreError {
        let message = connection.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
        let code = connection.map { sqlite3_errcode($0) }
        let hint: String
        switch code {
        case SQLITE_AUTH:
            hint =
                "only reading is allowed here; use the views llm_calls, tool_calls, request_summary"
        case SQLITE_INTERRUPT:
            hint = "it took too long; ask for less, or copy the database and use sqlite3"
        default:
            hint =
                "the tables and views are described in schema.sql; try: agentwatch sql 'SELECT * FROM llm_calls LIMIT 5'"
        }
        return StoreError(.refused, operation: "running SQL", cause: message, hint: hint)
    }
}

/// What a query may do: select, read, call functions, recurse.
///
/// Everything else is denied.
private let authorize:
    @convention(c) (
        UnsafeMutableRawPointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
        UnsafePointer<CChar>?, UnsafePointer<CChar>?
    ) -> Int32 = { _, action, _, second, _, _ in
        switch action {
        case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: return SQLITE_OK
        case SQLITE_FUNCTION:
            // The built-in functions that reach outside the database.
            let name = second.map { String(cString: $0) }
            let outside = name == "load_extension" || name == "fts3_tokenizer"
            return outside ? SQLITE_DENY : SQLITE_OK
        default: return SQLITE_DENY
        }
    }

/// Ends a query when its time is over.
private final class Deadline {
    private let end: ContinuousClock.Instant

    init(seconds: Int) { end = .now + .seconds(seconds) }

    /// Whether the time is over; writing an answer takes time, too.
    var hasPassed: Bool { ContinuousClock.now > end }

    func watch(_ connection: OpaquePointer) {
        let watcher = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_progress_handler(
            connection,
            10_000,
            { watcher in
                guard let watcher else { return 0 }
                let deadline = Unmanaged<Deadline>.fromOpaque(watcher).takeUnretainedValue()
                return deadline.hasPassed ? 1 : 0
            },
            watcher
        )
    }
}
