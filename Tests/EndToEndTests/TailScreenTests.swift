import Foundation
import Testing

/// What `tail` shows on a terminal.
struct TailScreenTests {
    /// The screen of a terminal on which it ran, once a text stood there, and after an interrupt.
    ///
    /// `hasMessages`: whether standard error is the terminal, too; its lines may wrap.
    private static func screen(
        _ arguments: [String],
        columns: Int,
        rows: Int = 24,
        until text: String,
        environment: [String: String] = ["TERM": "xterm"],
        hasMessages: Bool = true
    ) async throws -> JSON {
        let size = ["--columns", "\(columns)", "--rows", "\(rows)", "--until", text, "--"]
        let script = Checkout.path("Tests/Terminal/screen.py")
        let command = hasMessages ? [] : ["/bin/sh", "-c", "exec \"$0\" \"$@\" 2>/dev/null"]
        let running = try Program.python.start(
            [script] + size + command + [Binary.program.path] + arguments,
            environment: environment
        )
        let finished = try await running.finishedLater(seconds: 60)
        try #require(finished.code == 0, "\(finished.complaints)")
        return try JSON(finished.output)
    }

    private static func log(_ folder: TemporaryFolder) throws -> String {
        let made = try Program.python.run([
            Checkout.path("fixtures/simulate.py"), "--out", folder.path("logs"), "--requests",
            "300",
            "--hours", "1",
        ])
        try #require(made.code == 0, "\(made.complaints)")
        return folder.path("logs/*.jsonl")
    }

    @Test("One block is drawn in place and never wraps", arguments: [80, 40, 25])
    func block(columns: Int) async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let database = folder.path("store.db")
        let screen = try await Self.screen(
            ["tail", try Self.log(folder), "--db", database],
            columns: columns,
            rows: 30,
            until: "llm_error_rate",
            hasMessages: false
        )
        let during = try #require(screen["during"].text)
        #expect(screen["reached"] == .bool(true), "\(during)")
        for name in ["error_rate", "tool_success_rate", "open_requests"] {
            #expect(during.contains(name), "\(during)")
        }
        #expect(screen["wrapped"].integer == 0, "\(during)")
        #expect(screen["unknown"].elements.isEmpty)
        #expect(screen["code"].integer == 0)
        let after = try #require(screen["after"].text)
        #expect(after.components(separatedBy: "Following").count == 2, "\(after)")
        #expect(after.contains("Stopped after"), "\(after)")
    }

    @Test("A low window keeps the reading and the alerts")
    func lowWindow() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let screen = try await Self.screen(
            ["tail", try Self.log(folder), "--db", folder.path("store.db")],
            columns: 80,
            rows: 9,
            until: "critical"
        )
        let during = try #require(screen["during"].text)
        #expect(screen["reached"] == .bool(true), "\(during)")
        #expect(during.hasPrefix("Following"), "\(during)")
    }

    @Test("A terminal that cannot move its cursor gets no block, one without colours no colours")
    func dumbTerminal() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let log = try folder.write("no event\n", to: "a\u{1b}[2J\u{7}.log")
        let dumb = try await Self.screen(
            ["tail", log, "--db", folder.path("store.db"), "--json"],
            columns: 80,
            until: "lines",
            environment: ["TERM": "dumb"]
        )
        #expect(dumb["unknown"].elements.isEmpty, "\(dumb)")
        let plain = try await Self.screen(
            ["tail", log, "--db", folder.path("other.db")],
            columns: 80,
            until: "No events yet",
            environment: ["TERM": "xterm", "NO_COLOR": "1"]
        )
        #expect(plain["reached"] == .bool(true), "\(plain)")
        #expect(plain["unknown"].elements.isEmpty, "the file's name reached the terminal")
    }

    @Test("A glob that the shell has expanded gets a hint to quote it")
    func expandedGlob() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let logs = try ["a.jsonl", "b.jsonl"].map { try folder.write("no event\n", to: $0) }
        let screen = try await Self.screen(
            ["tail", "--db", folder.path("store.db")] + logs,
            columns: 160,
            until: "Following"
        )
        let during = try #require(screen["during"].text)
        #expect(during.contains("agentwatch tail '\(folder.path("*.jsonl"))'"), "\(during)")
        let named = try await Self.screen(
            ["tail", "--db", folder.path("store.db"), logs[0], folder.path("*.log")],
            columns: 160,
            until: "Following"
        )
        #expect(named["during"].text?.contains("quote") == false, "\(named)")
    }
}
