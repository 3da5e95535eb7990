import AgentEvents
import EventStorage
import Foundation
import GRDB
import SQLiteStorage
import Testing

/// Databases that older versions of the program made from the fixtures: `fixtures/databases`.
struct MigrationTests {
    private static let databases = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("fixtures/databases")
    private static let seed = StoreSeed(thresholds: [], prices: [])

    private func oldDatabase(_ fixture: StoreFixture, version: Int) throws {
        let old = Self.databases.appendingPathComponent("version-\(version).sqlite")
        try FileManager.default.copyItem(atPath: old.path, toPath: fixture.path)
    }

    /// The text of everything in the schema, and the rows of tables and views as text.
    private func contents(_ path: String, _ sql: [String]) throws -> [[String]] {
        try DatabaseQueue(path: path).read { db in
            try sql.map { try Row.fetchAll(db, sql: $0).map(\.description) }
        }
    }

    private static let objects = """
        SELECT type, name, tbl_name, sql FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'
        ORDER BY type, name
        """
    private static let columnsOfEvents = """
        id, kind, timestamp, source, line_offset, request, previous, agent, user, session, subject,
        provider, succeeded, outcome, latency, ttft, uncached_input, cache_read, cache_write,
        cache_write_1h, output, reasoning, cost, context_window, error_class, error_text, attempt,
        stop_reason, flags, event_id, parent_id, attributes
        """
    private static let columnsOfToolCalls = """
        id, time, timestamp_us, request_id, agent, user_id, session_id, tool, success, latency_ms,
        error_class, error, event_id, parent_id, attributes, source, line_offset
        """
    /// What all versions have; of the hashes of arguments 48 bits, of those of ids 32.
    private static let everything =
        [
            "SELECT * FROM llm_calls ORDER BY id", "SELECT \(columnsOfToolCalls) FROM tool_calls",
            "SELECT \(columnsOfEvents) FROM events ORDER BY id",
            "SELECT * FROM requests ORDER BY request, part",
            "SELECT * FROM request_summary ORDER BY request_id, part",
            "SELECT request FROM request_hashes ORDER BY request",
            """
            SELECT id, arguments_hash
                >> CASE WHEN (SELECT user_version FROM pragma_user_version) < 4 THEN 16 ELSE 0 END
                FROM events ORDER BY id
            """,
        ]
        + [
            "request_ids", "names", "agents", "rejects", "field_errors", "settings",
            "prices", "model_windows", "event_kinds", "outcomes", "error_classes",
        ].map { "SELECT * FROM \($0)" } + [
            """
            SELECT id, path, generation, device, inode, head_length, head_hash, tail_hash, read_offset,
                size, identity, first_read, last_read, newest_event, last_error FROM sources
            """,
            """
            SELECT source, minute, lines, events, duplicates, conflicting_duplicates, rejected, skipped,
                joined, blank, field_errors, bytes FROM ledger
            """,
            """
            SELECT name, position, metric, op, threshold, recover, time_window, filter, group_by,
                min_samples, for_seconds, keep_firing_for_seconds, max_gap_seconds,
                eval_delay_seconds, on_no_data, severity, summary, description, runbook_url, slow_ms,
                timezone, enabled FROM thresholds
            """,
        ]

    private static let sinceVersion2 = [
        "SELECT * FROM sources", "SELECT * FROM ledger",
        "SELECT id, pid, started_at, looked_at FROM follower",
    ]
    /// What the newest version keeps beside that, made from the rows.
    private static let derived = [
        "SELECT * FROM event_zones", "SELECT * FROM request_zones", "SELECT * FROM agent_outcomes",
    ]

    @Test(
        "A database of an older version becomes what the program makes anew, with the same content",
        arguments: [1, 2, 3, 4]
    )
    func migrated(version: Int) throws {
        let (fixture, fresh) = (try StoreFixture(), try StoreFixture())
        try oldDatabase(fixture, version: version)
        let kept = Self.everything + (version == 1 ? [] : Self.sinceVersion2)
        let before = try contents(fixture.path, kept)
        #expect(before.allSatisfy { !$0.isEmpty })
        _ = try fresh.open()
        let store = try SQLiteStore.openForWriting(fixture.path, seed: Self.seed)
        #expect(try contents(fixture.path, kept) == before)
        #expect(
            try contents(fixture.path, [Self.objects, "PRAGMA user_version"])
                == contents(fresh.path, [Self.objects, "PRAGMA user_version"])
        )
        for position in try store.positions() {
            #expect(position.seenAt == position.path)
            #expect((position.chainHash == 0) == (version == 1 || position.offset < 4_096))
            #expect(position.archiveSize == nil)
        }
        #expect(try contents(fixture.path, Self.derived).allSatisfy { !$0.isEmpty })
        #expect(
            try contents(fixture.path, ["PRAGMA integrity_check"]) == [["[integrity_check:\"ok\"]"]]
        )
    }

    @Test(
        "Reading a database of an older version brings it up to date, once",
        arguments: [1, 2, 3, 4]
    )
    func migratedByReader(version: Int) throws {
        let fixture = try StoreFixture()
        try oldDatabase(fixture, version: version)
        for _ in 0..<2 {
            let store = try SQLiteStore.openForReading(fixture.path)
            let status = try store.status(now: .earliestAccepted)
            #expect(status.events == 551)
            #expect(status.sources.count == 24)
        }
    }

    @Test("Reading goes on in a migrated database where it stood", arguments: [1, 2, 3, 4])
    func goesOn(version: Int) throws {
        let fixture = try StoreFixture()
        try oldDatabase(fixture, version: version)
        let store = try fixture.open()
        let position = try #require(try store.positions().first { $0.offset > 0 })
        let batch = IngestBatch(
            [Draft(.llmCall, request: "new", at: 0, offset: position.offset)],
            path: position.path,
            from: position.offset,
            to: position.offset + 9
        )
        _ = try store.commit(batch, now: .earliestAccepted)
        #expect(try store.status(now: .earliestAccepted).events == 552)
    }

    @Test(
        "A migration that fails half-way leaves the old version as it was, and is done by the next",
        arguments: [(1, "follower"), (2, "cells"), (3, "first_requests"), (4, "receivers")]
    )
    func interrupted(version: Int, lastTable: String) throws {
        let fixture = try StoreFixture()
        try oldDatabase(fixture, version: version)
        let before = try contents(fixture.path, [Self.objects] + Self.everything)
        // The last table that the migration makes is there already, so that all before it is undone.
        func execute(_ sql: String) throws {
            try DatabaseQueue(path: fixture.path).write { try $0.execute(sql: sql) }
        }
        try execute("CREATE TABLE \(lastTable) (x)")
        #expect(throws: StoreError.self) { try fixture.open() }
        try execute("DROP TABLE \(lastTable)")
        #expect(try contents(fixture.path, [Self.objects] + Self.everything) == before)
        let stays = [["[user_version:\(version)]"]]
        #expect(try contents(fixture.path, ["PRAGMA user_version"]) == stays)
        _ = try fixture.open()
        #expect(try contents(fixture.path, Self.everything) == Array(before.dropFirst()))
    }
}
