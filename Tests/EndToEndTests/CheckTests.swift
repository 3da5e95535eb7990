import Foundation
import Testing

/// `check`, as cron and CI use it, and the rules that it judges.
struct CheckTests {
    private static func check(_ simulation: Simulation, _ more: [String] = []) throws -> Finished {
        let database = try simulation.ingested()
        return try Binary.run(["check", "--db", database, "--now", Simulation.now] + more)
    }

    @Test("On an incident it exits with 2 and its first line says why")
    func incident() throws {
        let failing = try Simulation(seed: 1, ["--requests", "400", "--hours", "6"])
        let found = try Self.check(failing)
        #expect(found.code == 2, "\(found.complaints)")
        #expect(found.complaints.isEmpty)
        let first = try #require(found.output.split(separator: "\n").first)
        let pattern =
            /AGENTWATCH CRITICAL - [a-z_]+ [0-9.]+ % [<>] [0-9.]+ % .*newest event .* ago.* \| .*=.*/
        #expect(first.wholeMatch(of: pattern) != nil, "\(first)")
        let quiet = try Self.check(failing, ["--quiet"])
        #expect(quiet.output == first + "\n")
    }

    @Test("On a healthy log it exits with 0")
    func healthy() throws {
        let found = try Self.check(
            try Simulation(seed: 1, ["--requests", "400", "--hours", "6", "--clean"])
        )
        #expect(found.code == 0, "\(found.output)\(found.complaints)")
        #expect(found.output.hasPrefix("AGENTWATCH OK - "), "\(found.output)")
    }

    @Test("On a database without events it exits with 3")
    func empty() throws {
        let folder = try TemporaryFolder()
        let database = folder.path("store.db")
        let log = try folder.write("", to: "log.jsonl")
        #expect(try Binary.json(["ingest", "--db", database, log])["lines"].integer == 0)
        let found = try Binary.run(["check", "--db", database])
        #expect(found.code == 3)
        #expect(found.output.hasPrefix("AGENTWATCH UNKNOWN - "), "\(found.output)")
    }

    @Test("Without a database it exits with 3, says so on both outputs, and makes none")
    func noDatabase() throws {
        let folder = try TemporaryFolder()
        let found = try Binary.run(["check"], folder: folder.path)
        #expect(found.code == 3)
        #expect(found.output.hasPrefix("AGENTWATCH UNKNOWN - "), "\(found.output)")
        #expect(found.complaintLines.count == 1)
        let json = try JSON(Binary.run(["check", "--json"], folder: folder.path).output)
        #expect(json["status"] == .string("unknown"))
        #expect(try folder.names().isEmpty)
    }

    @Test(
        "A warning alone exits with 1, an info with 0, an error with 3",
        arguments: [
            (#"{"name": "a", "metric": "requests", "op": ">", "threshold": 0}"#, 1),
            (
                #"{"name": "a", "metric": "requests", "op": ">", "threshold": 0, "severity": "info"}"#,
                0
            ),
            (
                #"{"name": "a", "metric": "requests", "op": ">", "threshold": 0, "severity": "critical"}"#,
                2
            ),
            (
                #"{"name": "a", "metric": "error_rate", "op": ">", "threshold": 1, "where": {"agent": "nobody"}}"#,
                3
            ),
            (#"{"name": "a", "metric": "nothing_known", "op": ">", "threshold": 0}"#, 3),
        ]
    )
    func severities(rule: String, code: Int) throws {
        let simulation = try Simulation(seed: 2, ["--requests", "100"])
        let file = try simulation.folder.write(
            "{\"version\": 1, \"rules\": [\(rule)]}",
            to: "alerts.json"
        )
        let found = try Self.check(simulation, ["--alerts", file])
        #expect(found.code == code, "\(rule): \(found.output)")
    }

    @Test("Its JSON has the documented shape")
    func shape() throws {
        let simulation = try Simulation(seed: 1, ["--requests", "100"])
        let found = try JSON(Self.check(simulation, ["--json"]).output)
        Shape.expect(found, ["status", "now", "newest_event", "rules"])
        #expect(found["now"] == .string(Simulation.now))
        #expect(found["rules"].elements.count == 10)
        for rule in found["rules"].elements {
            Shape.expect(
                rule,
                [
                    "name", "group", "metric", "value", "n", "op", "threshold", "state", "result",
                    "severity", "window", "reason",
                ]
            )
            guard rule["window"] != .null else { continue }  // a built-in rule's
            #expect(rule["window"].keys == ["since", "until"])
        }
    }

    @Test("A file with one wrong rule changes nothing; a good one replaces all rules")
    func load() throws {
        let folder = try TemporaryFolder()
        let database = folder.path("store.db")
        func rules() throws -> JSON { try Binary.json(["alerts", "list", "--db", database]) }
        #expect(
            try Binary.run(["alerts", "load", Checkout.path("alerts.json"), "--db", database]).code
                == 0
        )
        let before = try rules()
        #expect(before["rules"].elements.count == 7)
        let good = #"{"name": "a", "metric": "error_rate", "op": ">", "threshold": 0.5}"#
        for wrong in [
            #"{"name": "b", "metric": "eror_rate", "op": ">", "threshold": 0.5}"#,
            #"{"name": "b", "metric": "error_rate", "op": "=>", "threshold": 0.5}"#,
            #"{"name": "b", "metric": "error_rate", "op": ">", "treshold": 0.5}"#,
            good, "{", "7",
        ] {
            let text = "{\"version\": 1, \"rules\": [\(good), \(wrong)]}"
            let file = try folder.write(text, to: "alerts.json")
            let refused = try Binary.run(["alerts", "load", file, "--db", database])
            #expect(refused.code == 3, "\(wrong)")
            #expect(refused.complaintLines.count == 1, "\(wrong): \(refused.complaints)")
            #expect(try rules() == before, "\(wrong)")
            #expect(try Binary.run(["alerts", "validate", file]).code == 1, "\(wrong)")
        }
        let file = try folder.write("{\"version\": 1, \"rules\": [\(good)]}", to: "alerts.json")
        #expect(try Binary.run(["alerts", "validate", file]).code == 0)
        #expect(try Binary.run(["alerts", "load", file, "--db", database]).code == 0)
        #expect(try rules()["rules"].elements.map { $0["name"].text } == ["a"])
    }

    @Test("A new store holds the rules of alerts.json")
    func defaults() throws {
        let folder = try TemporaryFolder()
        let log = try folder.write("", to: "log.jsonl")
        _ = try Binary.json(["ingest", "--db", folder.path("new.db"), log])
        _ = try Binary.run([
            "alerts", "load", Checkout.path("alerts.json"), "--db", folder.path("loaded.db"),
        ])
        let stored = try ["new.db", "loaded.db"].map {
            try Binary.json(["alerts", "list", "--db", folder.path($0)])
        }
        #expect(stored[0] == stored[1])
        #expect(try Binary.run(["alerts", "validate", Checkout.path("alerts.json")]).code == 0)
    }

    @Test("Judging the rules of a file stores nothing")
    func stateless() throws {
        let simulation = try Simulation(seed: 2, ["--requests", "100"])
        let database = try simulation.ingested()
        let before = try Data(contentsOf: URL(fileURLWithPath: database))
        let rule =
            #"{"version": 1, "rules": [{"name": "a", "metric": "requests", "op": ">", "threshold": 0}]}"#
        let file = try simulation.folder.write(rule, to: "alerts.json")
        _ = try Binary.run(["check", "--db", database, "--now", Simulation.now, "--alerts", file])
        #expect(try Data(contentsOf: URL(fileURLWithPath: database)) == before)
        #expect(try Binary.json(["alerts", "list", "--db", database])["rules"].elements.count == 7)
    }

    @Test(
        "A log is validated without a database",
        arguments: [
            (
                #"{"event":"tool_call","timestamp":"2026-01-05T10:00:00Z","request_id":"r","tool":"t"}"#,
                0
            ),
            ("not an event", 0),
            (#"{"event":"tool_call","timestamp":"2026-01-05T10:00:00Z","request_id":"r"}"#, 1),
            (
                #"{"event":"tool_call","timestamp":"2026-01-05T10:00:00Z","request_id":"r","tool":"t","latency_ms":"x"}"#,
                1
            ),
        ]
    )
    func validate(line: String, code: Int) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(line + "\n", to: "log.jsonl")
        let found = try Binary.run(["validate", file], folder: folder.path)
        #expect(found.code == code, "\(line): \(found.output)")
        #expect(try folder.names() == ["log.jsonl"])
        #expect(try Binary.run(["validate", folder.path("missing")]).code == 3)
    }
}
