import Foundation
import Testing

/// What `status` says of files that changed since they were read.
struct StatusTests {
    private static let line =
        #"{"event":"tool_call","timestamp":"2026-01-05T10:00:00Z","request_id":"r-1","tool":"t"}"#
        + "\n"

    private static let keys = [
        "path", "size", "offset", "lag_bytes", "lag_seconds", "last_read", "identity", "error",
        "generation", "rate",
    ]

    /// A database of one file that was read to its end.
    private static func read(_ names: [String] = ["a.jsonl"]) throws -> (TemporaryFolder, String) {
        let folder = try TemporaryFolder()
        let logs = try names.map { try folder.write(line, to: $0) }
        let database = folder.path("store.db")
        let read = try Binary.run(["ingest", "--db", database] + logs)
        try #require(read.code == 0, "\(read.complaints)")
        return (folder, database)
    }

    private static func source(_ database: String) throws -> JSON {
        let status = try Binary.json(["status", "--db", database])
        Shape.expect(
            status,
            [
                "events", "requests", "rejected", "newest_event", "sources", "store", "disk_free",
                "rules", "follower",
            ]
        )
        let source = try #require(status["sources"].elements.first)
        Shape.expect(source, keys)
        return source
    }

    private static func append(_ text: String, to path: String) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { file.closeFile() }
        file.seekToEndOfFile()
        file.write(Data(text.utf8))
    }

    @Test("A file that was read has no lag; one that grew has, though nobody follows it")
    func growth() throws {
        let (folder, database) = try Self.read()
        defer { withExtendedLifetime(folder) {} }
        let read = try Self.source(database)
        #expect(read["lag_bytes"].integer == 0)
        #expect(read["lag_seconds"].real == 0)
        #expect(read["error"] == .null)
        try Self.append("{\"event\"", to: folder.path("a.jsonl"))
        let behind = try Self.source(database)
        #expect(behind["lag_bytes"].integer == 8)
        #expect((behind["lag_seconds"].real ?? -1) >= 0)
        let text = try Binary.run(["status", "--db", database]).output
        #expect(text.contains("1 behind (8 B)"), "\(text)")
        #expect(text.contains("none runs"), "\(text)")
    }

    @Test("A truncated, a replaced and a vanished file are told apart")
    func changes() throws {
        let (folder, database) = try Self.read()
        defer { withExtendedLifetime(folder) {} }
        let path = folder.path("a.jsonl")
        try Data("{}\n".utf8).write(to: URL(fileURLWithPath: path))
        let truncated = try Self.source(database)
        #expect(truncated["lag_bytes"].integer == 3)
        #expect(truncated["error"].text?.contains("truncated") == true, "\(truncated)")
        try folder.write(Self.line + Self.line, to: "new")
        try #require(rename(folder.path("new"), path) == 0)
        let replaced = try Self.source(database)
        #expect(replaced["lag_bytes"].integer == 2 * Self.line.utf8.count)
        #expect(replaced["error"].text?.contains("another file") == true, "\(replaced)")
        unlink(path)
        let gone = try Self.source(database)
        #expect(gone["lag_bytes"].integer == 0, "it had been read to its end")
        #expect(gone["error"] == .null, "\(gone)")
    }

    @Test("A follower that gives no sign of life is named")
    func deadFollower() throws {
        let (folder, database) = try Self.read()
        defer { withExtendedLifetime(folder) {} }
        let script =
            "import sqlite3,sys,time;c=sqlite3.connect(sys.argv[1],isolation_level=None);t=int((time.time()-60)*1e6);"
            + "c.execute('INSERT OR REPLACE INTO follower(id,pid,started_at,looked_at) VALUES(1,4242,?,?)',(t,t))"
        let made = try Program.python.run(["-c", script, database])
        try #require(made.code == 0, "\(made.complaints)")
        let text = try Binary.run(["status", "--db", database]).output
        #expect(text.contains("seems to be dead: process 4242"), "\(text)")
        let follower = try Binary.json(["status", "--db", database])["follower"]
        Shape.expect(follower, ["pid", "started_at", "looked_at", "alive"])
        #expect(follower["pid"].integer == 4242)
        #expect(follower["alive"] == .bool(false))
    }

    @Test("Of many sources a terminal gets those that need a look, a pipe all")
    func manySources() throws {
        let (folder, database) = try Self.read((0..<60).map { "log-\($0).jsonl" })
        defer { withExtendedLifetime(folder) {} }
        try Self.append("{", to: folder.path("log-37.jsonl"))
        let piped = try Binary.run(["status", "--db", database]).output
        #expect(piped.components(separatedBy: ".jsonl").count == 61)
        let environment = ["COLUMNS": "80"]
        let shown = try Binary.run(["status", "--db", database], environment: environment).output
        let rows = shown.split(separator: "\n").filter { $0.contains(".jsonl") }
        #expect(rows.count == 50)
        #expect(rows.first?.contains("log-37.jsonl") == true, "\(shown)")
        #expect(shown.contains("and 10 more, all read"), "\(shown)")
        #expect(rows.allSatisfy { $0.count <= 80 }, "\(shown)")
        let all = try Binary.run(["status", "--all", "--db", database], environment: environment)
        #expect(all.output.components(separatedBy: ".jsonl").count == 61)
    }
}
