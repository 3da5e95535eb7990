import ClickHouseStorage
import EventStorage
import Synchronization
import Testing

/// Statements that suit the ClickHouse of 2018 and that of today.
struct StatementTests {
    @Test("A statement is answered, whatever letters are in it", arguments: TestEngine.installed)
    func answers(engine: TestEngine) throws {
        #expect(
            try engine.connection().answer("SELECT 1 + 1, 'ä\\n', '%41 &+' FORMAT TabSeparated")
                == "2\tä\\n\t%41 &+\n"
        )
        #expect(
            try engine.connection(database: "system").answer("SELECT currentDatabase()")
                == "system\n"
        )
    }

    @Test("Rows that are inserted are there, and can be read back", arguments: TestEngine.installed)
    func inserts(engine: TestEngine) throws {
        let server = try engine.connection()
        let table = "inserted_\(UInt32.random(in: 0...UInt32.max))"
        try server.execute(
            "CREATE TABLE \(table) (a UInt64, b String) ENGINE = Log",
            operation: "making"
        )
        let rows = (0..<100_000).map { "\($0)\trow \($0) & more %41+ \\t\n" }.joined()
        try server.insert(
            "INSERT INTO \(table) FORMAT TabSeparated",
            rows: Array(rows.utf8),
            operation: "adding"
        )
        #expect(try server.answer("SELECT a, b FROM \(table) ORDER BY a") == rows)
        try server.execute("DROP TABLE \(table)", operation: "dropping")
    }

    @Test(
        "A long answer comes in parts, and what the reader throws ends it",
        arguments: TestEngine.installed
    )
    func long(engine: TestEngine) throws {
        let sums = Mutex((bytes: 0, parts: 0))
        try engine.connection().read(
            "SELECT number FROM numbers(2000000) FORMAT RowBinary",
            operation: "asking"
        ) { part in
            sums.withLock { ($0.bytes, $0.parts) = ($0.bytes + part.count, $0.parts + 1) }
        }
        #expect(sums.withLock { $0.bytes } == 16_000_000)
        #expect(sums.withLock { $0.parts } > 1)
        struct Enough: Error {}
        let parts = Mutex(0)
        #expect(throws: Enough.self) {
            try engine.connection().read("SELECT number FROM numbers(2000000)", operation: "asking")
            { _ in
                parts.withLock { $0 += 1 }
                throw Enough()
            }
        }
        #expect(parts.withLock { $0 } == 1)
    }

    @Test(
        "A problem in the middle of an answer comes instead of it",
        arguments: TestEngine.installed
    )
    func middle(engine: TestEngine) throws {
        let parts = Mutex(0)
        let error = try #require(throws: StoreError.self) {
            try engine.connection().read(
                "SELECT intDiv(1, 1500000 - number) FROM numbers(2000000)",
                operation: "asking"
            ) { _ in
                parts.withLock { $0 += 1 }
            }
        }
        #expect(error.cause.contains("Division by zero"), "\(error)")
        #expect(parts.withLock { $0 } == 0)
    }

    @Test("What is not there is told in one line with what to do", arguments: TestEngine.installed)
    func missing(engine: TestEngine) throws {
        let unknown = try #require(throws: StoreError.self) {
            try engine.connection(database: "nowhere").answer("SELECT 1")
        }
        #expect(unknown.code == .missing)
        #expect(unknown.hint.hasPrefix("make it and fill it with `agentwatch ingest FILE --db "))
        #expect(unknown.cause.hasPrefix("Database nowhere does"), "\(unknown)")
        let nothing = try #require(throws: StoreError.self) {
            try engine.connection().answer("SELECT * FROM nothing")
        }
        #expect(nothing.code == .missing, "\(nothing)")
        #expect(!"\(unknown)\(nothing)".contains("\n"))
    }
}

extension ServerConnection {
    /// The whole of a small answer.
    func answer(_ sql: String) throws -> String {
        let bytes = Mutex<[UInt8]>([])
        try read(sql, operation: "asking") { part in bytes.withLock { $0 += part } }
        return String(decoding: bytes.withLock { $0 }, as: UTF8.self)
    }
}
