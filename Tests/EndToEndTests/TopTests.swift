import Foundation
import Testing

/// What `top` shows on a terminal, and what keys do.
struct TopTests {
    /// A database of a log that ended some hours ago.
    private static func database(
        _ folder: TemporaryFolder,
        endedBefore hours: Double = 0
    ) throws -> String {
        let end = ISO8601DateFormatter().string(from: Date() - hours * 3_600)
        let made = try Program.python.run([
            Checkout.path("fixtures/simulate.py"), "--out", folder.path("logs"), "--requests",
            "300",
            "--hours", "2", "--seed", "51", "--files", "1", "--now", end,
        ])
        try #require(made.code == 0, "\(made.complaints)")
        let log = try #require(try JSON(made.output)["files"].elements.first?.text)
        let database = folder.path("store.db")
        _ = try Binary.run(["ingest", "--quiet", "--db", database, log])
        _ = try Binary.run([
            "alerts", "load", "--quiet", "--db", database, Checkout.path("alerts.json"),
        ])
        return database
    }

    private static func screen(
        _ database: String,
        _ arguments: [String] = [],
        typing steps: [(after: String, keys: String)] = [],
        until text: String,
        columns: Int = 100,
        rows: Int = 30,
        saysEnd: Bool = false
    ) async throws -> JSON {
        let script = Checkout.path("Tests/Terminal/screen.py")
        let size = ["--columns", "\(columns)", "--rows", "\(rows)", "--until", text]
        let typed = steps.flatMap { ["--type", "\($0.after)=\($0.keys)"] }
        // The shell goes on once the program has ended by itself.
        let shell = saysEnd ? ["/bin/sh", "-c", "\"$0\" \"$@\"; echo it has ended; sleep 5"] : []
        let running = try Program.python.start(
            [script] + size + typed + ["--"] + shell + [Binary.program.path, "top"]
                + ["--db", database] + arguments,
            environment: ["TERM": "xterm"]
        )
        let finished = try await running.finishedLater(seconds: 60)
        try #require(finished.code == 0, "\(finished.complaints)")
        let screen = try JSON(finished.output)
        #expect(screen["reached"] == .bool(true), "\(screen["during"].text ?? "")")
        #expect(screen["wrapped"].integer == 0)
        #expect(screen["unknown"].elements.isEmpty)
        #expect(screen["echoes"] == .bool(true), "the terminal is left without echo")
        return screen
    }

    @Test("It fits into every window, and leaves the terminal as it was", arguments: [120, 80, 40])
    func fits(columns: Int) async throws {
        let folder = try TemporaryFolder()
        let database = try Self.database(folder)
        let screen = try await Self.screen(
            database,
            ["--range", "1h"],
            until: "support-bot",
            columns: columns
        )
        let during = try #require(screen["during"].text)
        #expect(during.contains("The last 1h by agent") && during.contains("q"), "\(during)")
        #expect(screen["code"].integer == 0)
    }

    @Test func `keys change the range, the rows and the filter, and tell of themselves`()
        async throws
    {
        let folder = try TemporaryFolder()
        let database = try Self.database(folder)
        let screen = try await Self.screen(
            database,
            typing: [
                ("The last 15m by agent", "\\x1b[C"), ("The last 1h by agent", "m"),
                ("by model", "?"), ("Any key leads back.", "x"),
                ("by model", "/agent=coder\\r"), ("where agent=coder", "/nonsense\\r"),
                ("nonsense", "t"),
            ],
            until: "The last 1h by tool, where agent=coder"
        )
        #expect(screen["during"].text?.contains("nonsense") == true, "what was wrong is said")
        // A key that quits ends it as well as an interrupt does.
        let quit = try await Self.screen(
            database,
            typing: [("support-bot", "q")],
            until: "it has ended",
            saysEnd: true
        )
        #expect(quit["during"].text?.contains("support-bot") == true, "the last screen stays")
    }

    @Test func `without a terminal it is printed once, with the numbers of report`() throws {
        let folder = try TemporaryFolder()
        // All requests have closed, so that two looks see the same.
        let database = try Self.database(folder, endedBefore: 6)
        let printed = try Binary.run(["top", "--db", database, "--range", "24h"])
        #expect(printed.code == 0, "\(printed.complaints)")
        let report = try Binary.json(
            ["report", "--db", database, "--since", "24h", "--by", "agent", "--metric", "requests"]
        )
        for group in report["groups"].elements {
            let name = group["key"]["agent"].text ?? "(none)"
            let count = try #require(group["metrics"]["requests"]["value"].integer)
            let row = printed.output.split(separator: "\n").last { $0.hasPrefix("\(name) ") }
            let words = row?.split(separator: " ") ?? []
            #expect(words.dropFirst().first.map(String.init) == "\(count)", "\(printed.output)")
        }
        #expect(!printed.output.contains("\u{1b}"))
        for words in [["--range", "2h"], ["--where", "x"], ["--where", "agent"]] {
            let refused = try Binary.run(["top", "--db", database] + words)
            #expect(
                refused.code == 64 && refused.complaintLines.count == 1,
                "\(refused.complaints)"
            )
        }
    }
}
