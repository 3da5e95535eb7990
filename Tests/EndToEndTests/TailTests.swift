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

    /// Until a program has written so many lines.
    private static func wait(
        for running: borrowing RunningProgram,
        toWrite lines: Int = 1
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while try running.outputNow().count(where: { $0 == "\n" }) < lines {
            let complaints = try running.complaintsNow()
            try #require(ContinuousClock.now < deadline, "\(complaints)")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test("With --json a line a batch, with the keys of ingest and the time")
    func batches() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        try folder.write((0..<10).map(Self.line).joined(), to: "a.jsonl")
        let database = folder.path("store.db")
        let running = try Binary.program.start([
            "tail", folder.path("*.jsonl"), "--db", database, "--json",
        ])
        try await Self.wait(for: running)
        // Renamed into place, so that it is read in one batch.
        try folder.write((10..<13).map(Self.line).joined(), to: "b")
        try #require(rename(folder.path("b"), folder.path("b.jsonl")) == 0)
        try await Self.wait(for: running, toWrite: 2)
        running.send(SIGTERM)
        let finished = try await running.finishedLater(seconds: 5)
        #expect(finished.code == 0, "\(finished.complaints)")
        let lines = try finished.output.split(separator: "\n").map { try JSON(String($0)) }
        for line in lines { Shape.expect(line, Self.keys) }
        #expect(lines.map { $0["events"].integer } == [10, 3], "\(finished.output)")
        #expect(lines.map { $0["requests"].integer } == [10, 3], "\(finished.output)")
        #expect(try Binary.json(["status", "--db", database])["events"].integer == 13)
    }

    @Test("It stops when it is idle where that is asked for, and goes on where it was")
    func untilIdle() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let log = try folder.write((0..<10).map(Self.line).joined(), to: "a.jsonl")
        let arguments = [
            "tail", log, "--db", folder.path("store.db"), "--json", "--until-idle", "300ms",
        ]
        let first = try await Binary.program.start(arguments).finishedLater(seconds: 30)
        #expect(first.code == 0, "\(first.complaints)")
        #expect(try JSON(first.output)["events"].integer == 10)
        let second = try await Binary.program.start(arguments).finishedLater(seconds: 30)
        #expect(second.code == 0, "\(second.complaints)")
        #expect(second.output.isEmpty, "what was read is read again: \(second.output)")
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
        try await Self.wait(for: running)
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
        try await Self.wait(for: running)
        let script =
            "import fcntl,sys,time;f=open(sys.argv[1],'r+');fcntl.flock(f,fcntl.LOCK_EX);"
            + "print('locked',flush=True);time.sleep(60)"
        let holder = try Program.python.start(["-c", script, database + "-write.lock"])
        try await Self.wait(for: holder)
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
        try await Self.wait(for: running)
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
