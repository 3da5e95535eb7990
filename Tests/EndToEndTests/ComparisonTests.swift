import Foundation
import Testing

/// `report --compare` against two reports that know nothing of each other.
struct ComparisonTests {
    private static let day: TimeInterval = 86_400

    /// A time of the simulation, some hours before its end.
    private static func time(_ hoursAgo: Double) throws -> String {
        let formatter = ISO8601DateFormatter()
        let now = try #require(formatter.date(from: Simulation.now))
        return formatter.string(from: now - hoursAgo * 3_600)
    }

    private static func report(_ database: String, _ words: [String]) throws -> JSON {
        try Binary.json(["report", "--db", database, "--now", Simulation.now] + words)
    }

    /// Groups by the text of their keys, of which times are moved by some hours.
    private static func groups(_ report: JSON, movedBy hours: Double) throws -> [String: JSON] {
        let formatter = ISO8601DateFormatter()
        let pairs = try report["groups"].elements.map { group in
            let words = try group["key"].keys.map { name in
                let text = group["key"][name].text
                guard ["hour", "day"].contains(name) else { return text ?? "(none)" }
                let date = try #require(text.flatMap(formatter.date))
                return formatter.string(from: date + hours * 3_600)
            }
            return (words.joined(separator: " "), group["metrics"])
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    @Test(arguments: [[], ["--by", "model"], ["--by", "hour"], ["--by", "agent,day"]])
    func `the earlier values are those of a report on the earlier period`(
        _ cut: [String]
    ) throws {
        let simulation = try Simulation(seed: 31, ["--requests", "300", "--hours", "72"])
        let database = try simulation.ingested()
        let window = ["--since", try Self.time(24), "--until", Simulation.now]
        let earlier = ["--since", try Self.time(48), "--until", try Self.time(24)]
        let both = try Self.report(database, window + cut + ["--compare", "1d"])
        let now = try Self.groups(try Self.report(database, window + cut), movedBy: 0)
        let then = try Self.groups(try Self.report(database, earlier + cut), movedBy: 24)
        #expect(both["compared_with"]["since"].text == (try Self.time(48)))
        let compared = try Self.groups(both, movedBy: 0)
        #expect(Set(compared.keys) == Set(now.keys).union(then.keys))
        var known = 0
        for (key, metrics) in compared {
            for name in metrics.keys {
                let (one, other) = (metrics[name], then[key]?[name])
                #expect(one["n"] == (now[key]?[name]["n"] ?? .number("0")), "\(key) \(name)")
                #expect(one["value"] == (now[key]?[name]["value"] ?? .null), "\(key) \(name)")
                if name.contains("open_request") {
                    #expect(one["before"]["value"] == .null)
                    continue
                }
                #expect(one["before"]["value"] == (other?["value"] ?? .null), "\(key) \(name)")
                #expect(one["before"]["n"] == (other?["n"] ?? .number("0")), "\(key) \(name)")
                known += other == nil ? 0 : 1
            }
        }
        #expect(known > 20)
        // A time says when the earlier period begins.
        let sameByTime = try Self.report(
            database,
            window + cut + ["--compare", try Self.time(48)]
        )
        #expect(sameByTime == both)
    }

    @Test func `tables, CSV and Markdown have columns for the earlier period`() throws {
        let simulation = try Simulation(seed: 32, ["--requests", "100", "--hours", "60"])
        let database = try simulation.ingested()
        let ask = ["report", "--db", database, "--now", Simulation.now, "--since", "24h"]
        let compared = ask + ["--compare", "1d", "--metric", "requests"]
        let table = try Binary.run(compared).output
        #expect(table.contains("before") && table.contains("change"))
        #expect(table.contains("compared with 2026-01-03 12:00:00 to 2026-01-04 12:00:00"))
        let csv = try Binary.run(compared + ["--format", "csv"]).output
        #expect(
            csv.hasPrefix("metric,value,n,unit,exact,before,before_n,before_exact\r\nrequests,")
        )
        let markdown = try Binary.run(compared + ["--by", "agent", "--format", "markdown"]).output
        #expect(markdown.contains("| agent | `requests` | before |"))
        let plain = try Binary.run(ask + ["--metric", "requests", "--json"]).output
        #expect(!plain.contains("before"))
    }

    @Test(arguments: [
        ["--compare", "1d"], ["--since", "1h", "--compare", "tomorrow"],
        ["--since", "1h", "--compare", "now"],
        ["--since", "24h", "--compare", "90m", "--by", "hour"],
        ["--since", "1h", "--compare", "0s"], ["--since", "1h", "--compare", "1000000d"],
        ["--since", "1h", "--compare", "1d", "--format", "html"],
    ])
    func `what cannot be compared is a usage error`(_ words: [String]) throws {
        let refused = try Binary.run(["report", "--db", "/nowhere/x.db"] + words)
        #expect(refused.code == 64, "\(refused.complaints)")
        #expect(refused.complaintLines.count == 1)
    }
}
