import Foundation
import Testing

/// An ingestion that was killed and run again ends as one that was not.
struct InterruptedIngestTests {
    /// A log of several batches: large rejected lines between the events fill the batches early.
    private struct Log {
        let folder: TemporaryFolder
        let path: String

        init(folder: TemporaryFolder, path: String) {
            self.folder = folder
            self.path = path
        }

        /// About 60,000 events.
        init() throws {
            let simulated = try Simulation(seed: 7, ["--events", "60000", "--hours", "72"])
            folder = simulated.folder
            path = folder.path("agents.jsonl")
            let events = try Data(
                contentsOf: URL(fileURLWithPath: try #require(simulated.files.first))
            )
            let torn = Data(
                "{\"event\":\"llm_call\",\"torn\":\"\(String(repeating: "x", count: 60_000))\n".utf8
            )
            var log = Data()
            for (number, line) in events.split(separator: 0x0a).enumerated() {
                log += line + [0x0a]
                if number % 100 == 0 { log += torn }
            }
            try log.write(to: URL(fileURLWithPath: path))
        }
    }

    /// Bytes of a database with its log; `nil` where there is none.
    private static func size(_ database: String) -> Int? {
        let sizes = ["", "-wal"].compactMap { suffix in
            var facts = stat()
            return stat(database + suffix, &facts) == 0 ? Int(facts.st_size) : nil
        }
        return sizes.isEmpty ? nil : sizes.reduce(0, +)
    }

    /// Starts an ingestion and kills it when the database has reached a size; false where it was
    /// over before.
    private static func killed(
        _ log: Log,
        _ database: String,
        at size: Int,
        after polls: Int
    ) throws -> Bool {
        let running = try Binary.program.start(["ingest", "--db", database, "--quiet", log.path])
        var left = polls
        while try running.finishedNow() == nil {
            if let reached = Self.size(database), reached >= size { left -= 1 }
            if left < 0 {
                running.kill()
                return true
            }
            if size > 0 { usleep(200) }
        }
        return false
    }

    /// The largest size that the database has while the log is ingested without interruption.
    private static func reference(_ log: Log, _ database: String) throws -> Int {
        let running = try Binary.program.start(["ingest", "--db", database, log.path])
        var largest = 0
        while true {
            largest = max(largest, size(database) ?? 0)  // not made yet
            guard let finished = try running.finishedNow() else {
                usleep(200)
                continue
            }
            try #require(finished.code == 0, "\(finished.complaints)")
            return largest
        }
    }

    private static func compare(_ one: String, _ other: String, _ name: String) throws {
        let compared = try Program.python.run([
            Checkout.path("Tests/Oracle/compare_stores.py"), one, other,
        ])
        #expect(compared.code == 0, "\(name): \(compared.output)\(compared.complaints)")
    }

    @Test("Killed at any point and run again, an ingestion ends with the same content")
    func killedAndRunAgain() throws {
        let log = try Log()
        let whole = log.folder.path("whole.db")
        let largest = try Self.reference(log, whole)
        let seed: UInt64 = 2_002
        var generator = SeededGenerator(seed: seed)
        var kills = 0
        for part in [0.2, 0.4, 0.6, 0.95] {
            let database = log.folder.path("killed-\(part).db")
            let first = Int(Double(largest) * (part + .random(in: 0..<0.05, using: &generator)))
            let polls = Int.random(in: 0..<50, using: &generator)
            var name = "seed \(seed), killed at \(first) of \(largest) bytes and \(polls) polls"
            if try Self.killed(log, database, at: first, after: polls) { kills += 1 }
            if part == 0.4 {
                let second = Int(Double(largest) * .random(in: 0.5..<0.9, using: &generator))
                if try Self.killed(log, database, at: second, after: 0) { kills += 1 }
                name += ", then at \(second)"
            }
            let rest = try Binary.run(["ingest", "--db", database, log.path])
            #expect(rest.code == 0, "\(name): \(rest.complaints)")
            try Self.compare(whole, database, name)
        }
        #expect(kills >= 4, "seed \(seed): nearly every run was over before it was killed")
    }

    @Test("Killed while it makes the database, an ingestion run again makes it")
    func killedWhileMaking() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            (1...50).map { Self.event("r-\($0)") }.joined(),
            to: "log.jsonl"
        )
        let log = Log(folder: folder, path: file)
        let whole = folder.path("whole.db")
        _ = try Binary.json(["ingest", "--db", whole, file])
        let seed: UInt64 = 2_003
        var generator = SeededGenerator(seed: seed)
        var kills = 0
        for attempt in 1...16 {
            let polls = Int.random(in: 0..<(1 << (attempt / 2 + 4)), using: &generator)
            let database = folder.path("killed-\(attempt).db")
            let name =
                "seed \(seed), attempt \(attempt), killed \(polls) polls after the file was there"
            // The file is there before anything is in it.
            if try Self.killed(log, database, at: 0, after: polls) { kills += 1 }
            let rest = try Binary.run(["ingest", "--db", database, file])
            #expect(rest.code == 0, "\(name): \(rest.complaints)")
            try Self.compare(whole, database, name)
        }
        #expect(kills >= 4, "seed \(seed): nearly every run was over before it was killed")
    }

    @Test("A file ingested again gives no line, a grown one only its new lines")
    func grown() throws {
        let folder = try TemporaryFolder()
        let database = folder.path("store.db")
        let lines = (1...9).map { Self.event("r-\($0)") }
        let file = try folder.write(lines[..<4].joined(), to: "log.jsonl")
        func newLines() throws -> Int? {
            try Binary.json(["ingest", "--db", database, file])["lines"].integer
        }
        #expect(try newLines() == 4)
        #expect(try newLines() == 0)
        try folder.write(lines[..<9].joined(), to: "log.jsonl")
        #expect(try newLines() == 5)
        #expect(try newLines() == 0)
        let whole = folder.path("whole.db")
        _ = try Binary.json(["ingest", "--db", whole, file])
        try Self.compare(whole, database, "grown")
    }

    @Test("A file named twice in one command, also by a link, is read once")
    func namedTwice() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write((1...9).map { Self.event("r-\($0)") }.joined(), to: "log.jsonl")
        let link = folder.path("link.jsonl")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
        let other = try folder.write(Self.event("r-10"), to: "other.jsonl")
        let database = folder.path("store.db")
        let read = try Binary.json(["ingest", "--db", database, file, file, link, other, link])
        #expect(read["lines"].integer == 10)
        #expect(read["events"].integer == 10)
        #expect(try Binary.json(["status", "--db", database])["events"].integer == 10)
    }

    @Test("A last line is taken when it is whole, once, with or without its line end")
    func unterminated() throws {
        let folder = try TemporaryFolder()
        let database = folder.path("store.db")
        let line = Self.event("r-2")
        for (text, lines, unfinished) in [
            (Self.event("r-1") + line.dropLast(9), 1, 1),
            (Self.event("r-1") + line.dropLast(), 1, 0),
            (Self.event("r-1") + line, 0, 0),
            (Self.event("r-1") + line + Self.event("r-3"), 1, 0),
        ] {
            let file = try folder.write(String(text), to: "log.jsonl")
            let read = try Binary.json(["ingest", "--db", database, file])
            #expect(read["lines"].integer == lines, "\(text)")
            #expect(read["unfinished"].integer == unfinished, "\(text)")
        }
        let status = try Binary.json(["status", "--db", database])
        #expect(status["events"].integer == 3)
        #expect(status["sources"].elements.count == 1)
    }

    @Test("A truncated and a replaced file are new generations, read from their beginning")
    func generations() throws {
        let folder = try TemporaryFolder()
        let database = folder.path("store.db")
        let steps: [(text: String, lines: Int)] = [
            (Self.event("r-1") + Self.event("r-2") + Self.event("r-3"), 3),
            (Self.event("r-4"), 1),
            (Self.event("r-5") + Self.event("r-6"), 2),
        ]
        for (number, step) in steps.enumerated() {
            let file = try folder.write(step.text, to: "log.jsonl")
            let read = try Binary.json(["ingest", "--db", database, file])
            #expect(read["lines"].integer == step.lines, "step \(number)")
            let status = try Binary.json(["status", "--db", database])
            let generations = status["sources"].elements.compactMap { $0["generation"].integer }
            #expect(generations.sorted() == Array(0...number))
        }
        let status = try Binary.json(["status", "--db", database])
        #expect(status["events"].integer == 6)
    }

    @Test("A file that was moved by a log rotation is not read again")
    func rotated() throws {
        let folder = try TemporaryFolder()
        let database = folder.path("store.db")
        let file = try folder.write(Self.event("r-1") + Self.event("r-2"), to: "log.jsonl")
        _ = try Binary.json(["ingest", "--db", database, file])
        let old = folder.path("log.jsonl.1")
        try FileManager.default.moveItem(atPath: file, toPath: old)
        try folder.write(Self.event("r-3"), to: "log.jsonl")
        let read = try Binary.json(["ingest", "--db", database, old, file])
        #expect(read["lines"].integer == 1)
    }

    private static func event(_ request: String) -> String {
        #"{"event":"tool_call","timestamp":"2026-01-05T10:00:00Z","request_id":"\#(request)","tool":"t"}"#
            + "\n"
    }
}
