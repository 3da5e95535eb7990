import Foundation
import Testing

/// `sql`: what it answers, and what it does not let happen.
struct SQLTests {
    @Test(
        "Whatever does not read is denied and changes nothing",
        arguments: [
            "DELETE FROM events", "UPDATE settings SET value = 0",
            "INSERT INTO settings VALUES ('x', 1)",
            "DROP TABLE events", "CREATE TABLE t (x)", "CREATE TEMP TABLE t (x)",
            "ATTACH 'other.db' AS other",
            "PRAGMA user_version = 7", "PRAGMA journal_mode = DELETE", "VACUUM",
            "VACUUM INTO 'copy.db'",
            "BEGIN IMMEDIATE", "SELECT 1; DELETE FROM events", "SELECT load_extension('x')",
            "REINDEX", "", "SELEC",
            "WITH x AS (SELECT 1) DELETE FROM events",
        ]
    )
    func denied(query: String) throws {
        let simulation = try Simulation(seed: 9, ["--requests", "20"])
        let database = try simulation.ingested()
        let before = try Data(contentsOf: URL(fileURLWithPath: database))
        let names = try simulation.folder.names()
        let refused = try Binary.run(
            ["sql", "--db", database, query],
            folder: simulation.folder.path
        )
        #expect(refused.code == 3, "\(query)")
        #expect(refused.output.isEmpty, "\(query): \(refused.output)")
        #expect(refused.complaintLines.count == 1, "\(query): \(refused.complaints)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: database)) == before, "\(query)")
        #expect(try simulation.folder.names() == names, "\(query)")
    }

    @Test("A query that never ends is stopped")
    func endless() async throws {
        let simulation = try Simulation(seed: 9, ["--requests", "20"])
        let database = try simulation.ingested()
        let query =
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
        let running = try Binary.program.start(["sql", "--db", database, query])
        let stopped = try await running.finishedLater(seconds: 120)
        #expect(stopped.code == 3)
        #expect(stopped.complaints.contains("took too long"), "\(stopped.complaints)")
    }

    @Test("Quantiles of SQL are those of the report", arguments: 1...3)
    func quantiles(seed: Int) throws {
        let simulation = try Simulation(seed: seed, ["--requests", "200"])
        let database = try simulation.ingested()
        let names = ["llm_latency_ms_p50", "llm_latency_ms_p95", "llm_latency_ms_p99"]
        let report = try Binary.json(
            [
                "report", "--db", database, "--exact", "--by", "model", "--metric",
                names.joined(separator: ","),
            ])
        let rows = try Binary.json(
            [
                "sql", "--db", database,
                """
                SELECT model, p50(latency_ms), p95(latency_ms), quantile(latency_ms, 0.99) FROM llm_calls
                GROUP BY model ORDER BY model
                """,
            ])["rows"].elements
        let groups = report["groups"].elements.filter { $0["key"]["model"] != .null }
        #expect(rows.count == groups.count, "seed \(seed)")
        for (row, group) in zip(rows, groups) {
            #expect(row.elements[0] == group["key"]["model"], "seed \(seed)")
            for (value, name) in zip(row.elements.dropFirst(), names) {
                #expect(
                    value.agrees(with: group["metrics"][name]["value"]),
                    "seed \(seed): \(name) of \(row)"
                )
            }
        }
    }

    @Test("The requests of the view are those of the report")
    func requests() throws {
        let simulation = try Simulation(seed: 11, ["--requests", "200"])
        let database = try simulation.ingested()
        let row = try Binary.json(
            [
                "sql", "--db", database,
                """
                SELECT count(*), p95(latency_ms), avg(failed), max(context_utilization), sum(outcome = 'unfinished')
                FROM request_summary
                """,
            ])["rows"].elements[0].elements
        let metrics = try Binary.json(["report", "--db", database, "--exact"])["groups"].elements[
            0
        ]["metrics"]
        for (value, name) in zip(
            row,
            [
                "requests", "request_latency_ms_p95", "error_rate", "context_utilization_max",
                "unfinished_requests",
            ]
        ) {
            #expect(
                value.agrees(with: metrics[name]["value"]),
                "\(name): \(value), \(metrics[name])"
            )
        }
    }
}
