import AgentEvents
import EventStorage
import Foundation
import GRDB
import SQLiteStorage
import Testing

struct SchemaTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A database that the sqlite3 shell makes from schema.sql.
    private func shellMade(_ fixture: StoreFixture, name: String) throws -> String {
        let path = fixture.folder + "/" + name
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        shell.arguments = ["sqlite3", path]
        shell.standardInput = try FileHandle(
            forReadingFrom: Self.root.appendingPathComponent("schema.sql")
        )
        try shell.run()
        shell.waitUntilExit()
        try #require(shell.terminationStatus == 0)
        return path
    }

    private func description(_ path: String) throws -> [String] {
        let queue = try DatabaseQueue(path: path)
        return try queue.read { db in
            let objects = try String.fetchAll(
                db,
                sql: """
                    SELECT type || ' ' || name || ' ' || ifnull(sql, '') FROM sqlite_master
                    WHERE tbl_name <> 'grdb_migrations' ORDER BY type, name
                    """
            )
            let pragmas = try ["page_size", "auto_vacuum", "application_id", "user_version"].map {
                "\($0) \(try Int.fetchOne(db, sql: "PRAGMA \($0)") ?? -1)"  // -1 equals no pragma
            }
            return objects + pragmas
        }
    }

    @Test("A database that the program made equals one made by sqlite3 < schema.sql")
    func equalsShellMade() throws {
        let fixture = try StoreFixture()
        _ = try fixture.open()
        let shell = try shellMade(fixture, name: "shell.db")
        #expect(try description(fixture.path) == description(shell))
        #expect(try description(shell).count > 20)
    }

    @Test("The program goes on with a database that the shell made, and seeds it once")
    func opensShellMade() throws {
        let fixture = try StoreFixture()
        let path = try shellMade(fixture, name: "test.db")
        let seed = StoreSeed(thresholds: [], prices: [])
        let store = try SQLiteStore.openForWriting(path, seed: seed)
        _ = try store.commit(
            IngestBatch([Draft(.llmCall, request: "r", at: 0, offset: 0)], from: 0, to: 9),
            now: .earliestAccepted
        )
        _ = try SQLiteStore.openForWriting(path, seed: seed)
        #expect(try fixture.rows("SELECT count(*) FROM llm_calls") == ["integer(1)"])
    }

    @Test("Files that are no database, another's, newer or empty are refused with a reason")
    func refused() throws {
        let fixture = try StoreFixture()
        func code(_ name: String, _ make: (String) throws -> Void) throws -> StoreError.Code? {
            let path = fixture.folder + "/" + name
            try make(path)
            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            var code: StoreError.Code?
            do { _ = try SQLiteStore.openForReading(path) } catch let error as StoreError {
                code = error.code
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
            return code
        }
        #expect(
            try code("text") {
                try Data("hello, no database here".utf8).write(to: URL(fileURLWithPath: $0))
            } == .foreign
        )
        #expect(
            try code("other") {
                try DatabaseQueue(path: $0).write { try $0.execute(sql: "CREATE TABLE t (x)") }
            } == .foreign
        )
        #expect(
            try code("newer") { path in
                _ = try SQLiteStore.openForWriting(
                    path,
                    seed: StoreSeed(thresholds: [], prices: [])
                )
                try DatabaseQueue(path: path).writeWithoutTransaction { db in
                    try db.execute(sql: "PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)")
                }
            } == .newer
        )
        #expect(try code("empty") { try Data().write(to: URL(fileURLWithPath: $0)) } == .missing)
        #expect(throws: StoreError.self) {
            try SQLiteStore.openForReading(fixture.folder + "/none.db")
        }
        #expect(!FileManager.default.fileExists(atPath: fixture.folder + "/none.db"))
    }

    @Test("The words of the schema are those of the program")
    func words() throws {
        let fixture = try StoreFixture()
        _ = try fixture.open()
        let outcomes =
            TaskOutcome.allCases.map { "integer(\($0.rawValue))|text(\"\($0.name)\")" }
            + BreakerState.allCases.map { "integer(\($0.rawValue))|text(\"\($0.name)\")" }
        #expect(try fixture.rows("SELECT id, name FROM outcomes ORDER BY id") == outcomes)
        let classes = ErrorClass.allCases.map { "integer(\($0.rawValue))|text(\"\($0.name)\")" }
        #expect(try fixture.rows("SELECT id, name FROM error_classes ORDER BY id") == classes)
        #expect(
            try fixture.rows("SELECT id FROM event_kinds ORDER BY id")
                == EventKind.allCases.map { "integer(\($0.rawValue))" }
        )
    }
}
