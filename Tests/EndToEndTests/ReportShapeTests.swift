import Foundation
import Testing

/// The JSON of the commands: documented keys in the documented order.
struct ReportShapeTests {
    private static let ledger = [
        "lines", "events", "duplicates", "rejected", "skipped", "joined", "blank",
    ]

    @Test("ingest, status and request have the documented shapes")
    func shapes() throws {
        let simulation = try Simulation(seed: 6, ["--requests", "60", "--files", "2"])
        let database = simulation.folder.path("store.db")
        let read = try Binary.json(["ingest", "--db", database] + simulation.files)
        let rest = [
            "unfinished", "field_errors", "requests", "bytes", "seconds", "events_per_second",
        ]
        Shape.expect(read, ["files"] + Self.ledger + rest)
        let status = try Binary.json(["status", "--db", database])
        Shape.expect(status, ["events", "requests", "rejected", "sources", "store"])
        Shape.expect(status["store"], ["path", "bytes", "wal_bytes", "sqlite_version"])
        for source in status["sources"].elements {
            Shape.expect(
                source,
                [
                    "path", "size", "offset", "lag_bytes", "lag_seconds", "last_read", "identity",
                    "error",
                ]
            )
            #expect(source["lag_bytes"].integer == 0)
        }
        #expect(status["events"] == read["events"])
        #expect(status["requests"] == read["requests"])
        let request = try Binary.json(["request", "req-loop", "--db", database])
        Shape.expect(request, ["request_id", "requests"])
        Shape.expect(
            try #require(request["requests"].elements.first),
            [
                "started_at", "ended_at", "closed_at", "open", "agent", "outcome", "failed",
                "escalated",
                "latency_ms", "input_tokens", "output_tokens", "cost_usd", "partly_unpriced",
                "context_utilization", "calls",
            ]
        )
        let unknown = try Binary.json(["request", "req-lop", "--db", database], code: 1)
        #expect(unknown["requests"] == .array([]))
    }

    @Test("report has the documented shape, with and without a breakdown")
    func report() throws {
        let simulation = try Simulation(seed: 6, ["--requests", "60"])
        let database = try simulation.ingested()
        for (by, keys) in [([], []), (["--by", "model,hour"], ["model", "hour"])] {
            let report = try Binary.json(
                ["report", "--db", database, "--now", Simulation.now] + by
            )
            Shape.expect(report, ["since", "until", "by", "now", "groups", "quality", "left_out"])
            #expect(report["until"] == .string(Simulation.now))
            #expect(report["by"] == .array(keys.map(JSON.string)))
            for group in report["groups"].elements {
                #expect(group["key"].keys == keys)
                for metric in group["metrics"].keys {
                    #expect(
                        group["metrics"][metric].keys == ["value", "n", "unit", "exact"],
                        "\(metric)"
                    )
                }
            }
            Shape.expect(
                report["quality"],
                [
                    "unpriced_calls", "missing_usage_calls", "inconsistent_usage",
                    "reused_request_ids",
                    "orphan_events", "folded_names", "read",
                ]
            )
            Shape.expect(
                report["quality"]["read"],
                ["lines", "rejected", "skipped", "duplicates", "field_errors", "late_events"]
            )
            for left in report["left_out"].elements { #expect(left.keys == ["metric", "reason"]) }
            #expect(report["left_out"].elements.isEmpty == by.isEmpty)
        }
    }

    @Test("Without --metric every metric is there or left out; with it, only those asked for")
    func metrics() throws {
        let simulation = try Simulation(seed: 6, ["--requests", "60"])
        let database = try simulation.ingested()
        let asked = ["report", "--db", database, "--now", Simulation.now]
        let all = try Binary.json(asked)["groups"].elements[0]["metrics"].keys
        #expect(all.count >= 50)
        for by in ["model", "tool", "outcome", "error", "day"] {
            let report = try Binary.json(asked + ["--by", by])
            let given = try #require(report["groups"].elements.first)["metrics"].keys
            let leftOut = report["left_out"].elements.compactMap { $0["metric"].text }
            #expect((given + leftOut).sorted() == all.sorted(), "\(by)")
        }
        let two = try Binary.json(asked + ["--metric", "llm_calls,error_rate"])
        #expect(two["groups"].elements[0]["metrics"].keys.sorted() == ["error_rate", "llm_calls"])
    }

    @Test("Hours begin where they do in the asked zone")
    func zone() throws {
        let simulation = try Simulation(seed: 6, ["--requests", "60"])
        let database = try simulation.ingested()
        let report = try Binary.json(
            [
                "report", "--db", database, "--now", Simulation.now, "--by", "hour", "--tz",
                "Asia/Kolkata",
            ])
        let hours = report["groups"].elements.compactMap { $0["key"]["hour"].text }
        #expect(!hours.isEmpty)
        #expect(hours.allSatisfy { $0.hasSuffix(":00:00+05:30") }, "\(hours)")
    }
}
