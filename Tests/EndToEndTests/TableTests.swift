import Foundation
import Testing

/// What is made for reading: tables, colours, help.
struct TableTests {
    /// A log whose every name tries to move the cursor, change colours or break a line.
    private static func hostile() throws -> (folder: TemporaryFolder, database: String) {
        let folder = try TemporaryFolder()
        let name = #"\u001b[31mred\u0007\u0008\n\r\u009b2J\u202eevil\u2028"#
        let lines = [
            #"{"event":"llm_call","timestamp":"2026-01-05T10:00:00Z","request_id":"r-1","model":"\#(name)","agent":"\#(name)","user_id":"\#(name)","session_id":"\#(name)","provider":"\#(name)","error":"\#(name)","latency_ms":5}"#,
            #"{"event":"tool_call","timestamp":"2026-01-05T10:00:01Z","request_id":"r-1","tool":"\#(name)"}"#,
            #"{"event":"\#(name)","timestamp":"2026-01-05T10:00:02Z","request_id":"r-1"}"#,
            "{\"event\":\"llm_call\",\"\u{1b}[31m\u{9b}2J",
        ]
        let file = try folder.write(lines.joined(separator: "\n") + "\n", to: "log\u{1b}[31m.jsonl")
        let database = folder.path("store.db")
        let read = try Binary.json(["ingest", "--db", database, file])
        try #require(read["events"].integer == 3)
        return (folder, database)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0a: false
        case 0..<0x20, 0x7f...0x9f, 0x200b, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }

    @Test(
        "No name from a log reaches the terminal with control characters",
        arguments: [
            ["report"], ["report", "--by", "agent"], ["report", "--by", "model,error"],
            ["report", "--by", "tool"],
            ["report", "--where", "agent=\u{1b}[31m"], ["request", "r-1"],
            ["request", "\u{1b}[31m"],
            ["rejects"], ["status"], ["sources", "list"],
            ["check", "--by", "agent"],
            ["sql", "SELECT * FROM llm_calls"],
            ["sql", "SELECT '\u{1b}[31m'"],
        ]
    )
    func controlCharacters(command: [String]) throws {
        let (folder, database) = try Self.hostile()
        let shown = try Binary.run(command + ["--db", database])
        #expect(!(shown.output + shown.complaints).unicodeScalars.contains(where: Self.isControl))
        #expect(!shown.output.isEmpty || shown.code != 0)
        let json = try Binary.run(command + ["--db", database, "--json"])
        _ = try JSON(json.output)
        withExtendedLifetime(folder) {}
    }

    @Test(
        "Colours come only where they are asked for",
        arguments: [
            (["CLICOLOR_FORCE": "1"], [], true),
            (["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], [], false),
            (["CLICOLOR_FORCE": "1"], ["--no-color"], false),
            (["TERM": "xterm-256color"], [], false),
            (["CLICOLOR_FORCE": "0"], [], false),
        ]
    )
    func colours(environment: [String: String], options: [String], isColoured: Bool) throws {
        let simulation = try Simulation(seed: 8, ["--requests", "60"])
        let database = try simulation.ingested()
        for command in [["report"], ["report", "--by", "agent"], ["check"]] {
            let shown = try Binary.run(
                command + options + ["--db", database, "--now", Simulation.now],
                environment: environment
            )
            #expect(shown.output.contains("\u{1b}[") == isColoured, "\(command) \(environment)")
        }
    }

    @Test("Tables are aligned: numbers right, names left")
    func alignment() throws {
        let simulation = try Simulation(seed: 8, ["--requests", "60"])
        let database = try simulation.ingested()
        let query = "SELECT 'a' AS name, 1 AS calls UNION ALL SELECT 'Zürich', 1234"
        let table = try Binary.run(["sql", "--db", database, query])
        #expect(table.output == "name    calls\na           1\nZürich   1234\n", "\(table.output)")
        let report = try Binary.run(
            [
                "report", "--db", database, "--now", Simulation.now, "--metric",
                "llm_calls,llm_error_rate", "--by", "model",
            ])
        let rows = report.output.split(separator: "\n").filter {
            $0.contains("gpt-4o") || $0.contains("claude")
        }
        #expect(rows.count >= 3, "\(report.output)")
        #expect(Set(rows.map(\.count)).count == 1, "\(report.output)")
    }

    private static let commands = [
        "tail", "ingest", "report", "check", "validate", "alerts", "alerts load", "alerts list",
        "alerts validate",
        "request", "status", "sources", "sources list", "sources forget", "rejects", "sql",
        "backup",
    ]

    @Test("Every command has a help with an example", arguments: commands)
    func help(command: String) throws {
        let words = command.split(separator: " ").map(String.init)
        let help = try Binary.run(words + ["--help"])
        #expect(help.code == 0)
        #expect(help.complaints.isEmpty)
        #expect(help.output.contains("USAGE: agentwatch \(command)"), "\(help.output)")
        if !["alerts", "sources"].contains(command) {
            #expect(help.output.contains("agentwatch \(command)"), "\(help.output)")
        }
        #expect(try Binary.run(["help"] + words).output == help.output)
    }

    @Test("The help of the program lists every command")
    func overview() throws {
        let help = try Binary.run(["--help"])
        #expect(help.code == 0)
        for command in Self.commands where !command.contains(" ") {
            #expect(help.output.contains("\n  \(command) "), "\(command)")
        }
    }
}
