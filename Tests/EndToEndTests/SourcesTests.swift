import Foundation
import Testing

/// `sources list`, `sources forget` and `backup`.
struct SourcesTests {
    /// Two files with an event each, read.
    private static func read() throws -> (folder: TemporaryFolder, database: String) {
        let folder = try TemporaryFolder()
        for name in ["one", "two"] {
            let line =
                #"{"event":"tool_call","timestamp":"2026-01-05T10:00:00Z","request_id":"r-\#(name)","tool":"t"}"#
            try folder.write(line + "\n", to: "\(name).jsonl")
        }
        let database = folder.path("store.db")
        let logs = ["one.jsonl", "two.jsonl"].map(folder.path)
        let read = try Binary.run(["ingest", "--db", database] + logs)
        try #require(read.code == 0, "\(read.complaints)")
        return (folder, database)
    }

    private static let keys = [
        "path", "size", "offset", "lag_bytes", "lag_seconds", "last_read", "identity", "error",
        "generation", "rate", "device", "inode", "first_read",
    ]

    @Test("The list has what tells a file from others")
    func list() throws {
        let (folder, database) = try Self.read()
        defer { withExtendedLifetime(folder) {} }
        let list = try Binary.json(["sources", "list", "--db", database])
        Shape.expect(list, ["sources"])
        #expect(list["sources"].elements.count == 2)
        for source in list["sources"].elements { Shape.expect(source, Self.keys) }
        let inode = list["sources"].elements.first?["inode"].integer
        var facts = stat()
        #expect(stat(folder.path("one.jsonl"), &facts) == 0)
        #expect(inode == Int(facts.st_ino))
        let text = try Binary.run(["sources", "list", "--db", database]).output
        #expect(text.contains("one.jsonl") && text.contains("two.jsonl"), "\(text)")
    }

    @Test("A source that is forgotten is gone with its events, and is read again")
    func forget() throws {
        let (folder, database) = try Self.read()
        defer { withExtendedLifetime(folder) {} }
        let log = folder.path("one.jsonl")
        let forgotten = try Binary.json(["sources", "forget", log, "--db", database])
        Shape.expect(forgotten, ["path", "generations", "events", "requests"])
        #expect(forgotten["path"].text == log)
        #expect(forgotten["events"].integer == 1)
        let status = try Binary.json(["status", "--db", database])
        #expect(status["events"].integer == 1)
        #expect(status["requests"].integer == 1)
        #expect(status["sources"].elements.count == 1)
        let again = try Binary.json(["ingest", log, "--db", database])
        #expect(again["events"].integer == 1)
    }

    @Test("An unknown source gets the nearest known one, and nothing is made")
    func unknownSource() throws {
        let (folder, database) = try Self.read()
        defer { withExtendedLifetime(folder) {} }
        let slip = try Binary.run([
            "sources", "forget", folder.path("on.jsonl"), "--db", database,
        ])
        #expect(slip.code == 3)
        #expect(slip.complaintLines.count == 1)
        #expect(slip.complaints.contains("did you mean \(folder.path("one.jsonl"))?"))
        let elsewhere = try Binary.run(["sources", "forget", "/tmp/x/two.jsonl", "--db", database])
        #expect(elsewhere.complaints.contains("did you mean \(folder.path("two.jsonl"))?"))
        let hostile = try Binary.run(["sources", "forget", "\u{1b}[31m\n", "--db", database])
        #expect(hostile.complaintLines.count == 1, "\(hostile.complaints)")
        #expect(!hostile.complaints.contains("\u{1b}"))
        for command in [["sources", "forget", "x"], ["sources", "list"], ["backup", "copy.db"]] {
            let missing = folder.path("missing.db")
            let finished = try Binary.run(command + ["--db", missing], folder: folder.path)
            #expect(finished.code == 3, "\(command)")
            #expect(finished.complaintLines.count == 1, "\(finished.complaints)")
            #expect(!FileManager.default.fileExists(atPath: missing), "\(command)")
        }
        #expect(try !folder.names().contains("copy.db"))
    }

    @Test("A backup is a database that answers the same, and never replaces a file")
    func backup() throws {
        let (folder, database) = try Self.read()
        defer { withExtendedLifetime(folder) {} }
        let copy = folder.path("copy.db")
        let made = try Binary.json(["backup", copy, "--db", database])
        Shape.expect(made, ["path", "bytes"])
        #expect(made["path"].text == copy)
        let size = try FileManager.default.attributesOfItem(atPath: copy)[.size] as? Int
        #expect(made["bytes"].integer == size)
        let reports = try [database, copy].map {
            try Binary.json(["report", "--now", "2026-01-05T12:00:00Z", "--db", $0])
        }
        #expect(reports[0] == reports[1])
        let again = try Binary.run(["backup", copy, "--db", database])
        #expect(again.code == 3)
        #expect(again.complaintLines.count == 1, "\(again.complaints)")
        #expect(try Binary.run(["backup", "", "--db", database]).code == 64)
    }
}
