import Foundation
import MetricsEngine
import Presentation
import Testing

/// The pages of the dashboard, read by Python's HTML parser, against `report --json`.
@Suite struct PagesTests {
    /// The pages of a database in a folder, as the parser reads them, by path.
    private static func pages(
        _ database: String,
        _ folder: String,
        _ query: [String] = []
    ) throws -> [String: JSON] {
        let written = try Binary.run(
            ["pages", folder, "--db", database, "--now", Simulation.now]
                + query.flatMap { ["--query", $0] }
        )
        try #require(written.code == 0, "\(written.complaints)")
        let paths = written.output.split(separator: "\n").map { String($0.prefix { $0 != " " }) }
        let files = paths.map { "\(folder)\($0)/index.html" }
        let checked = try Program.python.run([Checkout.path("Tests/Pages/check_page.py")] + files)
        #expect(checked.code == 0, "\(checked.complaints)")
        let answer = try JSON(checked.output)
        return Dictionary(uniqueKeysWithValues: zip(paths, files.map { answer[$0] }))
    }

    /// A metric of a report as a page writes it.
    private static func text(_ metric: JSON, _ name: String) throws -> String {
        let known = try #require(MetricCatalog.metric(named: name))
        let number = metric["value"].real
        let isCount = known.unit == .count && known.statistic != .mean
        let value = number.map { isCount ? MetricNumber.integer(Int64($0)) : .real($0) }
        let n = try #require(metric["n"].real)
        let text = HumanNumber.text(MetricValue(value, n: Int64(n)), of: known)
        guard text != HumanNumber.none else { return "–" }
        return metric["exact"] == .bool(true) ? text : "≈ \(text)"
    }

    @Test(arguments: [["since=24h"], ["since=6h", "agent=support-bot"], ["since=all"]])
    func `the overview says what report says`(_ query: [String]) throws {
        let simulation = try Simulation(seed: 21, ["--requests", "400", "--hours", "30"])
        let database = try simulation.ingested()
        let page = try #require(
            try Self.pages(database, simulation.folder.path("site"), query)["/"]
        )
        var arguments = ["report", "--db", database, "--now", Simulation.now]
        for word in query where word != "since=all" {
            arguments +=
                word.hasPrefix("since=")
                ? ["--since", String(word.dropFirst(6))]
                : ["--where", word]
        }
        let metrics = try Binary.json(arguments)["groups"].elements[0]["metrics"]
        var seen = 0
        for pair in page["metrics"].elements.prefix(12) {
            let name = try #require(pair.elements[0].text)
            #expect(
                pair.elements[1].text == (try Self.text(metrics[name], name)),
                "\(name), \(query)"
            )
            seen += 1
        }
        #expect(seen == 12)
    }

    @Test(arguments: [("/models", "model"), ("/tools", "tool"), ("/agents", "agent")])
    func `breakdowns say what report --by says`(_ path: String, _ dimension: String) throws {
        let simulation = try Simulation(seed: 22, ["--requests", "300", "--hours", "20"])
        let database = try simulation.ingested()
        let pages = try Self.pages(database, simulation.folder.path("site"))
        let page = try #require(pages[path])
        let report = try Binary.json(
            ["report", "--db", database, "--now", Simulation.now, "--since", "24h"]
                + ["--by", dimension]
        )
        var shown: [String: [String]] = [:]
        for pair in page["metrics"].elements {
            shown[pair.elements[0].text ?? "", default: []].append(pair.elements[1].text ?? "")
        }
        #expect(shown.count >= 6)
        for (name, texts) in shown {
            let expected = try report["groups"].elements.map {
                try Self.text($0["metrics"][name], name)
            }
            #expect(texts.sorted() == expected.sorted(), "\(name)")
        }
    }

    @Test func `an empty store has pages, and they say so`() throws {
        let folder = try TemporaryFolder()
        let database = folder.path("empty.db")
        try Data().write(to: URL(fileURLWithPath: folder.path("nothing.jsonl")))
        _ = try Binary.run(["ingest", "--db", database, folder.path("nothing.jsonl")])
        let pages = try Self.pages(database, folder.path("site"))
        #expect(pages.count == 9)
        let overview = try #require(pages["/"]?["text"].text)
        #expect(overview.contains("No events yet"))
        #expect(overview.contains("no data"))
        #expect(overview.contains("No data in this window."))
        #expect(pages["/alerts"]?["text"].text?.contains("no data") == true)
    }

    /// Names that try to be more than text, in every field that a log has.
    static let hostile = [
        "<script>alert(1)</script>", "\\\"><img src=x onerror=alert(1)>", "' onmouseover='x",
        "javascript:alert(1)", "</title><style>*{display:none}</style>", "\\u202egnp.exe",
        "]]><svg onload=alert(1)>", "{{7*7}} &lt;b&gt; %3Cscript%3E", "a,b\\\\c",
    ]

    @Test func `hostile names stay text on every page`() throws {
        let folder = try TemporaryFolder()
        var lines: [String] = []
        for (place, name) in Self.hostile.enumerated() {
            for call in 0..<30 {
                let time = "2026-01-05T11:\(10 + call):0\(place)Z"
                let who =
                    "\"request_id\":\"\(name)\",\"agent\":\"\(name)\",\"timestamp\":\"\(time)\""
                lines.append(
                    "{\"event\":\"llm_call\",\(who),\"model\":\"\(name)\",\"success\":false,"
                        + "\"error\":\"\(name)\",\"latency_ms\":5,\"cost_usd\":0.1,"
                        + "\"prompt_tokens\":5,\"completion_tokens\":2}"
                )
                lines.append(
                    "{\"event\":\"tool_call\",\(who),\"tool\":\"\(name)\",\"success\":false,"
                        + "\"error\":\"\(name)\",\"latency_ms\":5}"
                )
            }
        }
        lines.append("{\"event\": <script>alert(2)</script>")
        let log = folder.path("<script>alert(3)<") + ".jsonl"
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: log))
        let database = folder.path("store.db")
        let read = try Binary.run(["ingest", "--db", database, log])
        try #require(read.code == 0, "\(read.complaints)")
        let pages = try Self.pages(database, folder.path("site"))
        for path in ["/", "/models", "/tools", "/agents", "/errors", "/cost", "/requests"] {
            let text = try #require(pages[path]?["text"].text)
            #expect(text.contains("<script>alert(1)</script>"), "\(path)")
            // The overview names only the largest models.
            if path != "/" { #expect(text.contains("\\u{202e}gnp.exe"), "\(path)") }
        }
        #expect(pages["/quality"]?["text"].text?.contains("<script>alert(2)</script>") == true)
        let one = try Self.pages(database, folder.path("one"), ["id=<script>alert(1)</script>"])
        #expect(one["/requests"]?["text"].text?.contains("a row each, on one axis") == true)
        #expect(one["/requests"]?["text"].text?.contains("<script>alert(1)</script>") == true)
        let report = try Binary.run(
            ["report", "--db", database, "--format", "html", "--now", Simulation.now]
        )
        let file = folder.path("report.html")
        try Data(report.output.utf8).write(to: URL(fileURLWithPath: file))
        let checked = try Program.python.run(
            [Checkout.path("Tests/Pages/check_page.py"), file, "--file"]
        )
        #expect(checked.code == 0, "\(checked.complaints)")
        #expect(!report.output.contains("href"))
    }

    @Test func `CSV and Markdown hold the same numbers`() throws {
        let simulation = try Simulation(seed: 23, ["--requests", "60", "--hours", "5"])
        let database = try simulation.ingested()
        let ask = ["report", "--db", database, "--now", Simulation.now, "--by", "model"]
        let json = try Binary.json(ask)
        let script = """
            import csv, json, sys
            print(json.dumps(list(csv.DictReader(sys.stdin))))
            """
        let csv = try Binary.run(ask + ["--format", "csv"])
        let rows = try JSON(
            try Program.python.run(["-c", script], input: Array(csv.output.utf8)).output
        )
        var count = 0
        for group in json["groups"].elements {
            for row in rows.elements where row["model"].text == (group["key"]["model"].text ?? "") {
                let metric = group["metrics"][try #require(row["metric"].text)]
                #expect(row["value"].text.flatMap(Double.init) == metric["value"].real)
                #expect(row["n"].text.flatMap(Double.init) == metric["n"].real)
                count += 1
            }
        }
        #expect(count == rows.elements.count)
        let markdown = try Binary.run(ask + ["--format", "markdown"]).output
        let lines = markdown.split(separator: "\n").filter { $0.hasPrefix("|") }
        #expect(lines.count == json["groups"].elements.count + 2)
        #expect(Set(lines.map { line in line.count { $0 == "|" } }).count == 1)
    }
}
