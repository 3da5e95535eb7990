import Foundation
import Testing

/// Every number of a report, computed a second way by Tests/Oracle from the raw lines.
struct OracleTests {
    /// What a report is asked.
    private struct Question: Encodable {
        var by = ""
        var `where`: [String] = []
        var tz: String?
        var since: String?
        var until: String?
        var now: String?
        var report = ""

        var arguments: [String] {
            let options = [
                ("--by", by.isEmpty ? nil : by), ("--tz", tz), ("--since", since),
                ("--until", until),
            ]
            return options.flatMap { option, value in value.map { [option, $0] } ?? [] }
                + `where`.flatMap { ["--where", $0] } + ["--now", now ?? Simulation.now]
        }
    }

    private static let breakdowns = [
        "", "agent", "model", "provider", "tool", "error", "user", "session", "outcome", "minute",
        "hour", "day", "agent,hour", "model,error", "tool,error", "agent,outcome", "user,day",
    ].map { Question(by: $0) }

    private static let variations = [
        Question(by: "hour", tz: "Asia/Kolkata"),
        Question(by: "day", tz: "Pacific/Chatham"),
        Question(by: "agent,hour", tz: "America/New_York", since: "24h"),
        Question(since: "15m"),
        Question(by: "agent", since: "2026-01-05T03:17:21.5Z", until: "2026-01-05T11:50:00Z"),
        Question(by: "outcome", now: "2026-01-05T11:49:30Z"),
        Question(by: "model", where: ["agent=researcher,coder"]),
        Question(where: ["agent=(none)"]),
        Question(by: "outcome", where: ["outcome=open,completed"]),
        Question(where: ["outcome=(none)"]),
        Question(where: ["error=rate_limit,timeout"]),
        Question(by: "error", where: ["error=(none)"]),
        Question(by: "agent", where: ["model=gpt-4o"]),
        Question(where: ["tool=web_search"], since: "6h"),
        Question(where: ["agent=support-bot"], since: "1h"),
        Question(where: ["agent=nobody"]),
        // Past the real clock, so that the lines read a moment ago lie in the window.
        Question(since: "2026-01-01T00:00:00Z", now: "2100-01-01T00:00:00Z"),
    ]

    /// Every breakdown, and half of the variations.
    private static func questions(seed: Int) -> [Question] {
        breakdowns + variations.indices.filter { ($0 + seed) % 2 == 0 }.map { variations[$0] }
    }

    @Test("Reports agree with the oracle on every breakdown", arguments: 1...20)
    func agreement(seed: Int) throws {
        let logs = try Simulation(
            seed: seed,
            ["--requests", "150", "--hours", "30", "--files", "3"]
        )
        let database = try logs.ingested()
        let folder = logs.folder
        for table in ["prices", "model_windows"] {
            let rows = try Binary.run(["sql", "--db", database, "--json", "SELECT * FROM \(table)"])
            try folder.write(rows.output, to: table)
        }
        var lines = ""
        for (index, question) in Self.questions(seed: seed).enumerated() {
            var question = question
            let asked = ["report", "--db", database, "--exact", "--json"] + question.arguments
            let answer = try Binary.run(asked)
            try #require(answer.code == 0, "seed \(seed): \(asked): \(answer.complaints)")
            question.report = try folder.write(answer.output, to: "report-\(index).json")
            lines += String(decoding: try JSONEncoder().encode(question), as: UTF8.self) + "\n"
        }
        let compared = try Program.python.run(
            [
                Checkout.path("Tests/Oracle/compare_many.py"), "--now", Simulation.now,
                "--questions", try folder.write(lines, to: "questions.jsonl"),
                "--store-prices", folder.path("prices"), folder.path("model_windows"),
            ] + logs.files
        )
        #expect(compared.code == 0, "seed \(seed):\n\(compared.output)\(compared.complaints)")
    }
}
