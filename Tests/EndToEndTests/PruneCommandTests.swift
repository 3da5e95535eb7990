import Foundation
import Testing

/// `prune`, and what is answered after it.
struct PruneCommandTests {
    private static let prune = ["prune", "--keep", "30h", "--now", Simulation.now]

    /// A database of two days and what it held, pruned to its last 30 hours.
    private static func pruned() throws -> (simulated: Simulation, database: String, JSON) {
        let simulated = try Simulation(seed: 11, ["--hours", "48", "--requests", "3000"])
        let database = try simulated.ingested()
        let report = try Binary.json(prune + ["--db", database])
        return (simulated, database, report)
    }

    private static func report(_ database: String, _ words: [String] = []) throws -> JSON {
        try Binary.json(["report", "--db", database, "--now", Simulation.now] + words)
    }

    @Test(
        "Reports of all times say the same as before, but for estimates; nothing is exact any more"
    )
    func reports() throws {
        let simulated = try Simulation(seed: 11, ["--hours", "48", "--requests", "3000"])
        let database = try simulated.ingested()
        let questions = [
            [], ["--by", "agent"], ["--by", "model,hour"], ["--by", "day", "--tz", "Asia/Kolkata"],
            ["--where", "tool=search", "--since", "2026-01-03T13:15:00Z"],
        ]
        let before = try questions.map { try Self.report(database, $0) }
        let pruning = try Binary.json(Self.prune + ["--db", database])
        Shape.expect(
            pruning,
            [
                "horizon", "cells_from", "events", "requests", "cells", "names", "bytes_before",
                "bytes_after",
            ]
        )
        #expect(pruning["horizon"].text == "2026-01-04T06:00:00Z")
        #expect(pruning["requests"].integer ?? 0 > 800)
        for (question, old) in zip(questions, before) {
            let new = try Self.report(database, question)
            #expect(new["pruned_before"].text == "2026-01-04T06:00:00Z")
            #expect(new["groups"].elements.count == old["groups"].elements.count, "\(question)")
            for (left, right) in zip(old["groups"].elements, new["groups"].elements) {
                #expect(left["key"] == right["key"], "\(question)")
                for name in left["metrics"].keys {
                    let (was, now) = (left["metrics"][name], right["metrics"][name])
                    #expect(was["n"] == now["n"], "\(name) of \(question)")
                    if now["exact"] == .bool(true) {
                        #expect(was["value"] == now["value"], "\(name) of \(question)")
                    }
                }
            }
        }
        let doctor = try Binary.run(["doctor", "--db", database])
        #expect(doctor.code == 0, "\(doctor.output)")
    }

    @Test("What takes the events themselves is refused before the horizon, with the way out")
    func refused() throws {
        let (simulated, database, _) = try Self.pruned()
        defer { withExtendedLifetime(simulated) {} }
        let questions = [
            ["--exact"], ["--by", "user"], ["--where", "session=s"], ["--by", "minute"],
            ["--now", "2026-01-04T05:00:00Z"],
        ]
        for words in questions {
            let asked = ["report", "--db", database] + words
            let refused = try Binary.run(asked)
            #expect(refused.code == 3, "\(words)")
            #expect(refused.complaintLines.count == 1)
            #expect(refused.complaints.contains("2026-01-04T06:00:00Z"), "\(refused.complaints)")
            guard !words.contains("--now") else { continue }
            let allowed = try Binary.run(asked + ["--since", "2026-01-04T06:00:00Z"])
            #expect(allowed.code == 0, "\(allowed.complaints)")
        }
    }

    @Test("Windows from before the horizon are widened to quarters of an hour, and say so")
    func widened() throws {
        let (simulated, database, _) = try Self.pruned()
        defer { withExtendedLifetime(simulated) {} }
        let report = try Self.report(
            database,
            ["--since", "2026-01-03T20:07:00Z", "--until", "2026-01-03T21:01:00Z"]
        )
        #expect(report["since"].text == "2026-01-03T20:00:00Z")
        #expect(report["until"].text == "2026-01-03T21:15:00Z")
        let text = try Binary.run(["report", "--db", database, "--now", Simulation.now]).output
        #expect(text.contains("events before 2026-01-04 06:00:00 have been pruned"), "\(text)")
        #expect(!text.contains("--exact"))
    }

    @Test("Late lines are counted and not stored, and a file that is read again adds nothing")
    func late() throws {
        let (simulated, database, pruning) = try Self.pruned()
        let before = try Self.report(database)
        for file in simulated.files {
            #expect(try Binary.run(["sources", "forget", file, "--db", database]).code == 0)
        }
        let again = try Binary.json(["ingest", "--db", database] + simulated.files)
        #expect(again["expired"].integer ?? 0 > 0)
        #expect(again["skipped"] == again["expired"])
        let gone = pruning["events"].integer ?? 0
        #expect(again["expired"].integer ?? 0 >= gone)
        let after = try Self.report(database)
        for name in ["llm_calls", "tool_calls", "cost_usd_total"] {
            let values = [before, after].map { $0["groups"].elements[0]["metrics"][name] }
            #expect(values[0] == values[1], "\(name)")
        }
    }

    @Test(
        "What cannot be kept so is wrong usage",
        arguments: [
            ["prune"], ["prune", "--keep", "5m"], ["prune", "--keep", "x"],
            ["prune", "--keep", "30d", "--keep-rollups", "20d"],
            ["tail", "x", "--keep-rollups", "9d"],
            ["serve", "--keep", "1m"],
        ]
    )
    func usage(words: [String]) throws {
        let folder = try TemporaryFolder()
        let refused = try Binary.run(words + ["--db", folder.path("a.db")])
        #expect(refused.code == 64, "\(words)")
        #expect(refused.complaints.contains("--keep"), "\(refused.complaints)")
    }

    @Test("A missing database is not made")
    func missing() throws {
        let folder = try TemporaryFolder()
        let missing = try Binary.run(["prune", "--keep", "30d", "--db", folder.path("a.db")])
        #expect(missing.code == 3)
        #expect(!FileManager.default.fileExists(atPath: folder.path("a.db")))
    }

    @Test("A follower that keeps a day prunes what is older by itself")
    func following() throws {
        let folder = try TemporaryFolder()
        let now = Date()
        let formatter = ISO8601DateFormatter()
        func lines(_ ages: [Double]) -> String {
            ages.map { age in
                let time = formatter.string(from: now.addingTimeInterval(-age))
                return
                    #"{"event":"tool_call","timestamp":"\#(time)","request_id":"r\#(Int(age))","tool":"t"}"#
                    + "\n"
            }.joined()
        }
        try folder.write(lines([200_000, 100_000, 1_000]), to: "a.jsonl")
        let words = ["tail", folder.path("a.jsonl"), "--db", folder.path("a.db"), "--keep", "1d"]
        #expect(try Binary.run(words + ["--until-idle", "1s"]).code == 0)
        // What came in while it ran may be newer than its look: it looks again at the next start.
        #expect(try Binary.run(words + ["--until-idle", "1s"]).code == 0)
        let status = try Binary.json(["status", "--db", folder.path("a.db")])
        #expect(status["events"].integer == 1)
        let report = try Binary.json([
            "report", "--db", folder.path("a.db"), "--metric", "tool_calls",
        ])
        let calls = report["groups"].elements[0]["metrics"]["tool_calls"]["value"]
        #expect(calls.integer == 3)
    }
}
