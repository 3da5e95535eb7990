import Foundation
import Testing

/// `tail` as a command: what it writes, how it is stopped, what it refuses.
struct TailTests {
    private static func line(_ number: Int) -> String {
        #"{"event":"tool_call","timestamp":"2026-01-05T10:00:00Z","request_id":"r-\#(number)","tool":"t"}"#
            + "\n"
    }

    private static let keys = [
        "time", "files", "lines", "events", "duplicates", "rejected", "skipped", "joined", "blank",
        "unfinished", "field_errors", "requests", "bytes", "seconds", "events_per_second",
    ]

    /// Until a follower has written a line about a batch.
    private static func waitForBatch(_ running: borrowing RunningProgram) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while try !running.outputNow().contains("\n") {
            let complaints = try running.complaintsNow()
            try #require(ContinuousClock.now < deadline, "\(complaints)")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test(
        "With --json a line a batch, with the keys of ingest and the time; then it stops when idle"
    )
    func batches() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        try folder.write((0..<10).map(Self.line).joined(), to: "a.jsonl")
        let database = folder.path("store.db")
        let running = try Binary.program.start([
            "tail", folder.path("*.jsonl"), "--db", database, "--json", "--until-idle", "3s",
        ])
        try await Self.waitForBatch(running)
        try folder.write((10..<13).map(Self.line).joined(), to: "b.jsonl")
        let finished = try await running.finishedLater(seconds: 30)
        #expect(finished.code == 0, "\(finished.complaints)")
        let lines = try finished.output.split(separator: "\n").map { try JSON(String($0)) }
        for line in lines { Shape.expect(line, Self.keys) }
        #expect(lines.compactMap { $0["events"].integer }.reduce(0, +) == 13)
        #expect(lines.compactMap { $0["requests"].integer }.reduce(0, +) == 13)
        #expect(try Binary.json(["status", "--db", database])["events"].integer == 13)
    }

    @Test("Piped it writes nothing, and its messages are objects where they are asked for")
    func silence() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let log = try folder.write(Self.line(1), to: "e\u{1b}[31m\u{202e}\n.jsonl")
        let database = folder.path("store.db")
        let arguments = ["tail", log, "--db", database, "--until-idle", "500ms", "--verbose"]
        let text = try await Binary.program.start(arguments).finishedLater(seconds: 30)
        #expect(text.code == 0, "\(text.complaints)")
        #expect(text.output.isEmpty)
        #expect(!text.complaints.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        #expect(!text.complaints.contains("\u{202e}"))
        try folder.write(Self.line(2) + Self.line(3), to: "e\u{1b}[31m\u{202e}\n.jsonl")
        let json = try await Binary.program.start(arguments + ["--log-format", "json"])
            .finishedLater(seconds: 30)
        #expect(json.output.isEmpty)
        #expect(!json.complaintLines.isEmpty)
        for line in json.complaintLines {
            Shape.expect(try JSON(line), ["time", "level", "message"])
        }
    }

    @Test("SIGTERM and SIGINT end it with 0 within five seconds", arguments: [SIGTERM, SIGINT])
    func signals(signal: Int32) async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let log = try folder.write(Self.line(1), to: "a.jsonl")
        let running = try Binary.program.start([
            "tail", log, "--db", folder.path("store.db"), "--json",
        ])
        try await Self.waitForBatch(running)
        running.send(signal)
        let finished = try await running.finishedLater(seconds: 5)
        #expect(finished.code == 0, "\(finished.complaints)")
        let status = try Binary.json(["status", "--db", folder.path("store.db")])
        #expect(status["follower"] == .null, "it has not said that it stops")
    }

    @Test("A store that is locked holds nobody up who wants to stop, and nothing is lost")
    func lockedStore() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let log = try folder.write(Self.line(1), to: "a.jsonl")
        let database = folder.path("store.db")
        let running = try Binary.program.start(["tail", log, "--db", database, "--json"])
        try await Self.waitForBatch(running)
        let script =
            "import fcntl,sys,time;f=open(sys.argv[1],'r+');fcntl.flock(f,fcntl.LOCK_EX);"
            + "print('locked',flush=True);time.sleep(60)"
        let holder = try Program.python.start(["-c", script, database + "-write.lock"])
        try await Self.waitForBatch(holder)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        file.seekToEndOfFile()
        file.write(Data((2..<5).map(Self.line).joined().utf8))
        file.closeFile()
        running.send(SIGTERM)
        let finished = try await running.finishedLater(seconds: 5)
        holder.kill()
        #expect(finished.code == 0, "\(finished.complaints)")
        #expect(try Binary.json(["ingest", log, "--db", database])["events"].integer == 3)
    }

    @Test("A second follower is told who holds the lock, and ends with 3")
    func secondFollower() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let log = try folder.write(Self.line(1), to: "a.jsonl")
        let arguments = ["tail", log, "--db", folder.path("store.db"), "--json"]
        let running = try Binary.program.start(arguments)
        try await Self.waitForBatch(running)
        let second = try await Binary.program.start(arguments).finishedLater(seconds: 30)
        #expect(second.code == 3)
        #expect(second.complaintLines.count == 1)
        #expect(second.complaints.contains("process \(running.process) "), "\(second.complaints)")
        running.send(SIGTERM)
        #expect(try await running.finishedLater(seconds: 5).code == 0)
    }

    @Test(
        "What makes no sense is wrong usage",
        arguments: [
            ["tail"], ["tail", ""], ["tail", "-"], ["tail", "x", "--poll", "1ms"],
            ["tail", "x", "--poll", "2m"], ["tail", "x", "--until-idle", "3"],
            ["tail", "x", "--until-idle", "ms"], ["tail", "x", "--log-format", "xml"],
        ]
    )
    func usage(arguments: [String]) throws {
        let finished = try Binary.run(arguments)
        #expect(finished.code == 64, "\(finished.complaints)")
        #expect(finished.complaintLines.count == 1, "\(finished.complaints)")
        #expect(finished.output.isEmpty)
    }

    @Test("Nothing is followed into a file that is no database of ours")
    func foreignDatabase() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let database = try folder.write("hello there\n", to: "store.db")
        let finished = try Binary.run(["tail", "x", "--db", database])
        #expect(finished.code == 3)
        #expect(finished.complaintLines.count == 1, "\(finished.complaints)")
        #expect(try String(contentsOfFile: database, encoding: .utf8) == "hello there\n")
    }
}
