import Foundation
import Testing

/// `requests` against plain SQL over the rows of the store, by a program that is not ours.
struct RequestsTests {
    /// The ids and parts that a query of the `sqlite3` shell finds, in its order.
    private static func found(_ database: String, _ sql: String) throws -> [String] {
        let done = try Program(path: "sqlite3").run(["-readonly", database, sql])
        try #require(done.code == 0, "\(done.complaints)")
        return done.output.split(separator: "\n").map(String.init)
    }

    private static func listed(_ database: String, _ words: [String]) throws -> [String] {
        let answer = try Binary.json(
            ["requests", "--db", database, "--now", Simulation.now, "--limit", "10000"] + words
        )
        let requests = answer["requests"].elements
        #expect(answer["total"].integer == requests.count)
        return requests.map { "\($0["request_id"].text ?? "")|\($0["part"].integer ?? -1)" }
    }

    /// The requests whose ids a query finds.
    private static func requests(_ ids: String) -> String {
        "SELECT request_id || '|' || part FROM request_summary WHERE request_id IN (\(ids))"
    }

    private static func calls(_ view: String, _ condition: String) -> String {
        "SELECT request_id FROM \(view) WHERE \(condition)"
    }

    private static func either(_ condition: String) -> String {
        calls("llm_calls", condition) + " UNION " + calls("tool_calls", condition)
    }

    @Test(arguments: [
        (["--where", "model=gpt-4o"], calls("llm_calls", "model = 'gpt-4o'")),
        (["--where", "tool=web_search"], calls("tool_calls", "tool = 'web_search'")),
        (
            ["--where", "provider=google,inhouse"],
            calls("llm_calls", "provider IN ('google', 'inhouse')")
        ),
        (["--where", "error=timeout"], either("error_class = 'timeout'")),
        (["--where", "tool=(none)"], calls("tool_calls", "tool IS NULL")),
        (["--search", "LIMIT rate"], either("error LIKE '%rate%' AND error LIKE '%limit%'")),
        (["--search", "req-00001"], calls("request_summary", "request_id LIKE '%req-00001%'")),
        (["--search", "U-001"], calls("request_summary", "user_id LIKE '%u-001%'")),
        (["--search", "100%_sure"], calls("request_summary", "0")),
        (["--where", "model=never-seen"], calls("request_summary", "0")),
    ])
    func `a list holds what SQL finds`(_ words: [String], _ ids: String) throws {
        let simulation = try Simulation(seed: 41, ["--requests", "400", "--hours", "30"])
        let database = try simulation.ingested()
        let expected = try Self.found(database, Self.requests(ids))
        #expect(expected.isEmpty == (ids.hasSuffix(" 0") || words.contains("tool=(none)")))
        #expect(try Self.listed(database, words).sorted() == expected.sorted())
    }

    @Test func `conditions on different calls hold together, and orders are those of the rows`()
        throws
    {
        let simulation = try Simulation(seed: 42, ["--requests", "300", "--hours", "20"])
        let database = try simulation.ingested()
        let both = try Self.found(
            database,
            Self.requests(Self.calls("llm_calls", "model = 'gpt-4o-mini'")) + " INTERSECT "
                + Self.requests(Self.calls("tool_calls", "tool = 'kb_search'"))
        )
        #expect(!both.isEmpty)
        let words = ["--where", "model=gpt-4o-mini", "--where", "tool=kb_search"]
        #expect(try Self.listed(database, words).sorted() == both.sorted())
        let newest = try Self.listed(database, [])
        #expect(try Self.listed(database, ["--sort", "oldest"]).count == newest.count)
        let limited = try Binary.json(
            ["requests", "--db", database, "--now", Simulation.now, "--sort", "cost"]
                + ["--limit", "20"]
        )["requests"].elements.map { $0["cost_usd"].real ?? -1 }
        #expect(limited == limited.sorted(by: >) && limited.count == 20)
        let failed = try Binary.json(
            ["requests", "--db", database, "--now", Simulation.now, "--failed", "--limit", "10000"]
        )
        #expect(failed["requests"].elements.allSatisfy { $0["failed"] == .bool(true) })
        let rate = try Binary.json(
            ["report", "--db", database, "--now", Simulation.now, "--metric", "error_rate"]
        )["groups"].elements[0]["metrics"]["error_rate"]
        let share = try #require(rate["value"].real)
        let count = try #require(rate["n"].real)
        #expect(abs(Double(failed["total"].integer ?? 0) - share * count) < 0.5)
    }

    @Test func `CSV has a line a request, and names that are formulas stay names`() throws {
        let folder = try TemporaryFolder()
        let line = """
            {"event":"tool_call","timestamp":"2026-01-05T11:00:00Z","request_id":"=1+1","tool":"t",\
            "agent":"a,\\"b\\"","latency_ms":5}
            """
        try Data((line + "\n").utf8).write(to: URL(fileURLWithPath: folder.path("a.jsonl")))
        let database = folder.path("a.db")
        _ = try Binary.run(["ingest", "--db", database, folder.path("a.jsonl")])
        let ask = ["requests", "--db", database, "--now", Simulation.now, "--format", "csv"]
        let script = "import csv, json, sys; print(json.dumps(list(csv.DictReader(sys.stdin))))"
        let rows = try JSON(
            try Program.python.run(["-c", script], input: Array(try Binary.run(ask).output.utf8))
                .output
        ).elements
        #expect(rows.count == 1)
        #expect(rows.first?["request_id"].text == " =1+1")
        #expect(rows.first?["agent"].text == "a,\"b\"")
        #expect(rows.first?["tool_calls"].text == "1")
    }

    @Test(arguments: [
        ["--failed", "--slow"], ["--sort", "price"], ["--limit", "0"], ["--search", " "],
        ["--where", "hour=3"], ["--where", "nothing"], ["--json", "--format", "csv"],
    ])
    func `what makes no sense is a usage error`(_ words: [String]) throws {
        let refused = try Binary.run(["requests", "--db", "/nowhere/x.db"] + words)
        #expect(refused.code == 64 && refused.complaintLines.count == 1, "\(refused.complaints)")
    }
}
