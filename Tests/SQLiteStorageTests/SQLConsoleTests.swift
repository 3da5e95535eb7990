import AgentEvents
import EventStorage
import SQLiteStorage
import Testing

struct SQLConsoleTests {
    @Test(
        "Only reading is allowed",
        arguments: [
            "DELETE FROM events", "INSERT INTO names VALUES (1, 1, 'x')", "DROP TABLE events",
            "ATTACH '/tmp/other.db' AS other", "PRAGMA journal_mode = DELETE",
            "PRAGMA user_version",
            "VACUUM", "SELECT load_extension('x')", "CREATE TEMP TABLE t (x)", "SELECT 1; SELECT 2",
            "",
            "SELEC 1",
        ]
    )
    func denied(sql: String) throws {
        let fixture = try StoreFixture()
        _ = try fixture.open()
        #expect(throws: StoreError.self) { try fixture.rows(sql) }
    }

    @Test("A query that takes too long is ended")
    func deadline() throws {
        let fixture = try StoreFixture()
        _ = try fixture.open()
        let endless =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        #expect(throws: StoreError.self) {
            try SQLConsole.run(
                endless,
                database: fixture.path,
                seconds: 0,
                onColumns: { _ in },
                onRow: { _ in }
            )
        }
    }

    @Test(
        "Quantiles interpolate between closest ranks and leave NULL out",
        arguments: [
            ("p50(x)", "real(2.5)"), ("p95(x)", "real(3.8499999999999996)"),
            ("quantile(x, 0)", "real(1.0)"),
            ("quantile(x, 1)", "real(4.0)"), ("p99(NULL)", "null"),
        ]
    )
    func quantiles(call: String, expected: String) throws {
        let fixture = try StoreFixture()
        _ = try fixture.open()
        let values =
            "(SELECT 3 AS x UNION ALL SELECT 1 UNION ALL SELECT NULL UNION ALL SELECT 4 UNION ALL SELECT 2)"
        #expect(try fixture.rows("SELECT \(call) FROM \(values)") == [expected])
        #expect(throws: StoreError.self) {
            try fixture.rows("SELECT quantile(x, 2) FROM \(values)")
        }
    }
}
