import Foundation
import Testing

/// What cannot be done: one clear line, the right exit code, and nothing half-written.
struct ErrorTests {
    private static let readers = [
        ["report"], ["check"], ["status"], ["rejects"], ["request", "r-1"], ["alerts", "list"],
        ["sql", "SELECT 1"], ["sources", "list"], ["sources", "forget", "x"],
        ["backup", "copy.db"],
    ]

    /// A path that is no database of ours, made by SQL or text.
    struct Obstacle: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var text: String?
        var sql: String?
        var says: String
    }

    private static let obstacles = [
        Obstacle(
            testDescription: "a text",
            text: "hello there, no database\n",
            says: "not an SQLite database"
        ),
        Obstacle(
            testDescription: "a database of another program",
            sql: "CREATE TABLE t (x)",
            says: "another program"
        ),
        Obstacle(
            testDescription: "a newer schema",
            sql: "PRAGMA user_version = 999",
            says: "newer agentwatch"
        ),
    ]

    private static let event =
        #"{"event":"tool_call","timestamp":"2026-01-05T10:00:00Z","request_id":"r-1","tool":"t"}"#
        + "\n"

    private static func expectOneLine(
        _ finished: Finished,
        code: Int32,
        says: String,
        _ name: String
    ) {
        #expect(finished.code == code, "\(name): \(finished.complaints)")
        #expect(finished.complaintLines.count == 1, "\(name): \(finished.complaints)")
        #expect(finished.complaints.hasPrefix("agentwatch: "), "\(name): \(finished.complaints)")
        #expect(finished.complaints.contains(says), "\(name): \(finished.complaints)")
    }

    /// Runs statements on a database with Python, which every test machine has for the oracle.
    private static func run(_ sql: String, on database: String) throws {
        let script =
            "import sqlite3,sys;c=sqlite3.connect(sys.argv[1]);c.executescript(sys.argv[2])"
        let made = try Program.python.run(["-c", script, database, sql])
        try #require(made.code == 0, "\(made.complaints)")
    }

    @Test("What is no database of ours is refused and stays as it is", arguments: obstacles)
    func foreign(obstacle: Obstacle) throws {
        let folder = try TemporaryFolder()
        let log = try folder.write(Self.event, to: "log.jsonl")
        let database = folder.path("some.db")
        if let text = obstacle.text { try folder.write(text, to: "some.db") }
        if obstacle.says.contains("newer") {
            _ = try Binary.json(["ingest", "--db", database, log])
        }
        if let sql = obstacle.sql { try Self.run(sql, on: database) }
        let before = try Data(contentsOf: URL(fileURLWithPath: database))
        let rules = Checkout.path("alerts.json")
        for command in Self.readers + [["ingest", log], ["alerts", "load", rules]] {
            let refused = try Binary.run(command + ["--db", database])
            Self.expectOneLine(refused, code: 3, says: obstacle.says, "\(command)")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: database)) == before)
        if !obstacle.says.contains("newer") {
            #expect(try folder.names() == ["log.jsonl", "some.db"])
        }
    }

    @Test("A journal that another program left behind is no reason to write into its database")
    func foreignJournal() throws {
        let folder = try TemporaryFolder()
        let log = try folder.write(Self.event, to: "log.jsonl")
        let database = folder.path("some.db")
        try Self.run("CREATE TABLE theirs (x)", on: database)
        try Self.crash(database)
        let refused = try Binary.run(["ingest", "--db", database, log])
        Self.expectOneLine(refused, code: 3, says: "another program", "ingest")
        #expect(try Binary.run(["sql", "--db", database, "SELECT 1"]).code == 3)
    }

    @Test("A database whose making was cut off by a crash is made by the next run")
    func ownJournal() throws {
        let folder = try TemporaryFolder()
        let log = try folder.write(Self.event, to: "log.jsonl")
        let database = folder.path("some.db")
        try Self.crash(database)
        try #require(try folder.names().contains("some.db-journal"))
        #expect(try Binary.json(["ingest", "--db", database, log])["events"].integer == 1)
    }

    @Test(
        "A database whose making was cut off behind the migrator's first step is made by the next run"
    )
    func migratorTable() throws {
        let folder = try TemporaryFolder()
        let log = try folder.write(Self.event, to: "log.jsonl")
        let database = folder.path("some.db")
        try Self.run(
            "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)",
            on: database
        )
        #expect(try Binary.run(["report", "--db", database]).code == 3)
        #expect(try Binary.json(["ingest", "--db", database, log])["events"].integer == 1)
    }

    /// Dies in the middle of a transaction of which a part is in the file.
    private static func crash(_ database: String) throws {
        let script = """
            import os, sqlite3, sys
            c = sqlite3.connect(sys.argv[1], isolation_level=None)
            c.executescript("PRAGMA cache_size = 1; BEGIN; CREATE TABLE half (x)")
            for _ in range(200): c.execute("INSERT INTO half VALUES (randomblob(2000))")
            os.kill(os.getpid(), 9)
            """
        let died = try Program.python.run(["-c", script, database])
        try #require(died.code == 128 + SIGKILL, "\(died.complaints)")
    }

    @Test("Commands that read never make a database", arguments: readers)
    func noDatabase(command: [String]) throws {
        let folder = try TemporaryFolder()
        let missing = try Binary.run(command, folder: folder.path)
        Self.expectOneLine(missing, code: 3, says: "there is no database", "\(command)")
        #expect(try folder.names().isEmpty)
    }

    @Test("Files that cannot be read are named, the good ones are read, and the exit says so")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        let log = try folder.write(Self.event, to: "log.jsonl")
        let database = folder.path("store.db")
        let missing = folder.path("missing.jsonl")
        let read = try Binary.run(["ingest", "--db", database, "--json", missing, folder.path, log])
        #expect(read.code == 3)
        #expect(read.complaintLines.count == 2, "\(read.complaints)")
        #expect(read.complaints.contains("\(missing): No such file"), "\(read.complaints)")
        #expect(read.complaints.contains("it is a folder"), "\(read.complaints)")
        #expect(try JSON(read.output)["events"].integer == 1)
        let bad = try folder.write("{\"event\":\"llm_call\"}\n", to: "bad.jsonl")
        #expect(try Binary.run(["ingest", "--db", database, bad]).code == 1)
    }

    @Test(
        "A file without permission is named",
        .enabled(if: geteuid() != 0, "root may read everything")
    )
    func forbidden() throws {
        let folder = try TemporaryFolder()
        let log = try folder.write(Self.event, to: "log.jsonl")
        chmod(log, 0)
        let read = try Binary.run(["ingest", "--db", folder.path("store.db"), log])
        Self.expectOneLine(read, code: 3, says: "Permission denied", "ingest")
    }

    @Test(
        "Wrong words get the nearest known one and the exit code 64",
        arguments: [
            (["report", "--metirc", "error_rate"], "--metric"),
            (["report", "--metric", "eror_rate"], "error_rate"),
            (["report", "--by", "modle"], "model"),
            (["report", "--where", "agnet=x"], "agent"),
            (["report", "--where", "error=ratelimit"], "rate_limit"),
            (["report", "--tz", "Europe/Pari"], "Europe/Paris"),
            (["report", "--since", "tomorow"], "24h"),
            (["report", "--format", "jsn"], "json"),
            (["check", "--by", "hours"], "hour"),
            (["reprot"], "report"),
            (["alerts", "lod"], "load"),
            (["ingest"], "--help"),
        ]
    )
    func usage(arguments: [String], nearest: String) throws {
        let refused = try Binary.run(arguments)
        Self.expectOneLine(refused, code: 64, says: nearest, "\(arguments)")
        #expect(refused.output.isEmpty)
    }

    @Test("A reader that goes away ends the program quietly")
    func brokenPipe() throws {
        let folder = try Simulation(seed: 3, ["--requests", "200"])
        let database = try folder.ingested()
        let pipe =
            "{ '\(Binary.program.path)' report --db '\(database)' --by minute --json; echo $? >&3; } 3>&2 | head -c 10"
        let cut = try Program.shell.run([pipe])
        #expect(
            ["0", "\(128 + SIGPIPE)"].contains(
                cut.complaints.trimmingCharacters(in: .whitespacesAndNewlines)
            )
        )
        #expect(cut.output.count == 10)
    }
}
