import Foundation
import Testing

/// Alerts with memory: `check --stateful`, `--every`, `alerts history`, `silence` and `send-test`.
struct AlertsTests {
    private let folder: TemporaryFolder
    private let database: String
    private let told: String

    init() throws {
        folder = try TemporaryFolder()
        database = folder.path("store.db")
        told = try folder.write("", to: "told")
    }

    /// Loads one rule, whose receiver is a program that appends what it is told to a file.
    private func load(
        _ more: String = "",
        window: String = "1m",
        receivers: String? = nil
    ) throws -> Finished {
        let own =
            #"{"file": {"type": "command", "command": ["sh", "-c", "cat >> $0; echo >> $0", "\#(told)"]}}"#
        let file = try folder.write(
            """
            {"version": 1, "receivers": \(receivers ?? own), "rules": [{"name": "errors",
            "metric": "llm_error_rate", "op": ">", "threshold": 0.5, "window": "\(window)", "min_samples": 1,
            "eval_delay": "0s", "group_by": ["agent"]\(more)}]}
            """,
            to: "alerts.json"
        )
        return try run(["alerts", "load", file])
    }

    private func run(_ words: [String]) throws -> Finished {
        try Binary.run(words + ["--db", database])
    }

    /// Logs a call in a minute of the day.
    private func log(_ minute: Int, isGood: Bool) throws {
        let line = """
            {"event": "llm_call", "timestamp": "2026-11-02T10:\(two(minute)):01Z", "request_id": "r\(minute)", \
            "agent": "a", "model": "gpt-4o", "latency_ms": 5, "success": \(isGood)}\n
            """
        let file = try folder.write(line, to: "\(minute).jsonl")
        #expect(try run(["ingest", file]).code == 0)
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// Evaluates at the end of a minute, and gives the state of the alert.
    private func check(_ minute: Int, code: Int32) throws -> String {
        let found = try run([
            "check", "--stateful", "--json", "--now", "2026-11-02T10:\(two(minute + 1)):00Z",
        ])
        #expect(found.code == code, "\(found.complaints)")
        let rules = try JSON(found.output)["rules"].elements
        return try #require(rules.last { $0["name"].text == "errors" }?["state"].text)
    }

    private func statuses() throws -> [String] {
        try String(contentsOfFile: told, encoding: .utf8).split(separator: "\n").map { line in
            try #require(try JSON(String(line))["status"].text)
        }
    }

    @Test("Told once when it begins and once when it is over, whichever process evaluates")
    func course() throws {
        #expect(try load(#", "for": "1m""#).code == 0)
        try log(0, isGood: true)
        #expect(try check(0, code: 0) == "ok")
        try log(1, isGood: false)
        #expect(try check(1, code: 0) == "pending")
        try log(2, isGood: false)
        #expect(try check(2, code: 1) == "firing")
        // Nothing in the window: it goes on firing.
        #expect(try check(3, code: 1) == "firing")
        try log(4, isGood: true)
        #expect(try check(4, code: 0) == "ok")
        #expect(try statuses() == ["firing", "resolved"])
        let history = try Binary.json([
            "alerts", "history", "--since", "2026-11-01", "--db", database,
        ])
        let changes = history["transitions"].elements
        #expect(changes.compactMap { $0["to"].text } == ["ok", "firing", "pending"])
        #expect(Set(changes.compactMap { $0["dedup_key"].text }).count == 1)
        let told = history["deliveries"].elements
        #expect(told.allSatisfy { $0["state"].text == "delivered" })
        // A check without memory neither reads nor writes any of it.
        let plain = try run(["check", "--now", "2026-11-02T10:03:00Z"])
        #expect(plain.code == 1 && plain.output.contains("stateless"))
    }

    @Test("Backfilled history tells nobody")
    func backfill() throws {
        #expect(try load().code == 0)
        for minute in 0..<3 { try log(minute, isGood: false) }
        let found = try run(["check", "--stateful", "--now", "2026-11-02T11:00:00Z"])
        #expect(found.code == 3, "\(found.output)")
        #expect(try statuses().isEmpty)
    }

    @Test("A budget of the day that a backfill breaks is told, since the day is not over")
    func backfilledBudget() throws {
        let file = try folder.write(
            """
            {"version": 1, "receivers": {"file": {"type": "command",
            "command": ["sh", "-c", "cat >> $0; echo >> $0", "\(told)"]}}, "rules": [
            {"name": "budget", "metric": "cost_usd_total", "op": ">", "threshold": 1, "window": "day",
             "severity": "critical"}]}
            """,
            to: "budget.json"
        )
        #expect(try run(["alerts", "load", file]).code == 0)
        let evening = ["check", "--stateful", "--now", "2026-11-02T20:00:00Z"]
        try log(0, isGood: true)
        #expect(try run(evening).code == 0)
        let line = """
            {"event": "llm_call", "timestamp": "2026-11-02T08:00:00Z", "request_id": "r", "agent": "a", \
            "model": "gpt-4o", "latency_ms": 5, "success": true, "cost_usd": 2.5}\n
            """
        #expect(try run(["ingest", folder.write(line, to: "morning.jsonl")]).code == 0)
        #expect(try run(evening).code == 2)
        #expect(try statuses() == ["firing"])
    }

    @Test("What is silenced is not told, and is once the silence has ended")
    func silence() throws {
        #expect(try load(window: "1h").code == 0)
        for (words, text) in [
            (["rule=error", "--for", "1h"], "did you mean errors?"),
            (["user=x", "--for", "1h"], "no rule has alerts"),
            (["agent", "--for", "1h"], "not label=value"),
            (["colour=red", "--for", "1h"], "there is no label"),
            (["rule=errors", "--for", "0s"], "above 0"), (["rule=errors"], "--for"),
        ] {
            let refused = try run(["alerts", "silence", "add"] + words)
            #expect(
                refused.code == 64 && refused.complaints.contains(text),
                "\(refused.complaints)"
            )
        }
        let added = try run(["alerts", "silence", "add", "agent=a", "--for", "1h", "--json"])
        #expect(try JSON(added.output)["active"] == .bool(true))
        let now = Date().addingTimeInterval(-120).ISO8601Format()
        let line = """
            {"event": "llm_call", "timestamp": "\(now)", "request_id": "r", "agent": "a", \
            "model": "gpt-4o", "latency_ms": 5, "success": false}\n
            """
        #expect(try run(["ingest", folder.write(line, to: "now.jsonl")]).code == 0)
        #expect(try run(["check", "--stateful"]).code == 1)
        #expect(try statuses().isEmpty)
        #expect(try run(["alerts", "silence", "expire", "1"]).code == 0)
        #expect(try run(["alerts", "silence", "expire", "1"]).code == 3)
        #expect(try run(["alerts", "silence", "list"]).output == "Nothing is silenced.\n")
        #expect(try run(["check", "--stateful"]).code == 1)
        #expect(try statuses() == ["firing"])
    }

    @Test("A receiver that cannot be used is refused at load; a test message says what came of it")
    func receivers() throws {
        let missing = #"{"ops": {"type": "webhook", "url": "$AGENTWATCH_NO_SUCH_VARIABLE"}}"#
        let refused = try load(receivers: missing)
        #expect(refused.code == 3, "\(refused.output)")
        #expect(refused.complaints.contains("no variable AGENTWATCH_NO_SUCH_VARIABLE"))
        #expect(try load().code == 0)
        let sent = try run(["alerts", "send-test", "file"])
        #expect(sent.code == 0 && sent.output == "firing: arrived\nresolved: arrived\n")
        #expect(try statuses() == ["firing", "resolved"])
        #expect(try run(["alerts", "send-test", "fiel"]).complaints.contains("did you mean file?"))
        let failing = #"{"file": {"type": "command", "command": ["false"]}}"#
        #expect(try load(receivers: failing).code == 0)
        let failed = try run(["alerts", "send-test", "file"])
        #expect(failed.code == 1 && failed.output.contains("failed: exit code 1"))
        // The message is of weeks ago, so it is given up at once, and status says so.
        try log(0, isGood: false)
        #expect(try check(0, code: 1) == "firing")
        let status = try Binary.json(["status", "--db", database])
        let receiver = try #require(status["receivers"].elements.first)
        #expect(receiver["name"].text == "file" && receiver["given_up"].integer == 1)
        #expect(try run(["status"]).output.contains("file 1 given up"))
    }

    @Test("An agent that loops fires the loop rule and the budget while it runs, and is told once")
    func loop() throws {
        let file = try folder.write(
            """
            {"version": 1, "receivers": {"file": {"type": "command",
            "command": ["sh", "-c", "cat >> $0; echo >> $0", "\(told)"]}}, "rules": [
            {"name": "loop", "metric": "repeated_tool_calls_max", "op": ">=", "threshold": 10,
             "window": "5m", "eval_delay": "0s", "group_by": ["agent"], "severity": "critical"},
            {"name": "budget", "metric": "cost_usd_total", "op": ">", "threshold": 1, "window": "day",
             "eval_delay": "0s", "severity": "critical"}]}
            """,
            to: "loop.json"
        )
        #expect(try run(["alerts", "load", file]).code == 0)
        // A call a second of one request, without an end.
        for minute in 0..<2 {
            let lines = (0..<60).map { second in
                let head =
                    #""timestamp": "2026-11-02T10:\#(two(minute)):\#(two(second))Z", "#
                    + #""request_id": "r", "agent": "a", "latency_ms": 400, "success": true"#
                return second % 2 == 0
                    ? #"{"event": "tool_call", "tool": "search", "arguments": {"q": 1}, \#(head)}"#
                    : #"{"event": "llm_call", "model": "gpt-4o", "cost_usd": 0.05, \#(head)}"#
            }
            let log = try folder.write(lines.joined(separator: "\n") + "\n", to: "\(minute).jsonl")
            #expect(try run(["ingest", log]).code == 0)
            let now = "2026-11-02T10:\(two(minute + 1)):00Z"
            let found = try JSON(run(["check", "--stateful", "--json", "--now", now]).output)
            let firing = found["rules"].elements.filter { $0["state"].text == "firing" }
            #expect(firing.compactMap { $0["name"].text } == ["loop", "budget"])
        }
        // One message of two alerts, and nothing more while both go on.
        let messages = try String(contentsOfFile: told, encoding: .utf8).split(separator: "\n")
        #expect(messages.count == 1)
        #expect(try JSON(String(messages[0]))["alerts"].elements.count == 2)
    }

    @Test("The second evaluator says who the first is, and ends with 3")
    func evaluators() async throws {
        #expect(try load().code == 0)
        let first = try Binary.program.start(["check", "--every", "1s", "--db", database])
        for _ in 0..<1_000 where try first.outputNow().isEmpty {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(try first.outputNow().hasPrefix("AGENTWATCH"))
        let second = try run(["check", "--every", "1s"])
        #expect(second.code == 3)
        #expect(second.complaints.contains("process \(first.process) does so already"))
        // Without memory anybody may look.
        #expect(try run(["check"]).output.hasPrefix("AGENTWATCH"))
        first.send(SIGTERM)
        #expect(try await first.finishedLater(seconds: 30).code == 0)
        let narrowed = try run(["check", "--stateful", "--where", "agent=a"])
        #expect(narrowed.code == 64)
    }

    @Test("Debian's Alertmanager shows the alert while it fires, and none after it")
    func alertmanager() async throws {
        let running = try Program.python.start([
            Checkout.path("Tests/Alerts/alertmanager.py"), Binary.program.path,
        ])
        let played = try await running.finishedLater(seconds: 120)
        if played.code == 77 { try Test.cancel("\(played.output)") }
        #expect(played.code == 0, "\(played.output)\(played.complaints)")
    }

    @Test("Killed at random moments, every transition is told at least once and under one key")
    func killed() async throws {
        let running = try Program.python.start([
            Checkout.path("Tests/Alerts/killed.py"), Binary.program.path, "40", "1",
        ])
        let played = try await running.finishedLater(seconds: 300)
        #expect(played.code == 0, "\(played.output)\(played.complaints)")
    }
}
