import Alerting
import EventStorage
import MetricsEngine
import Testing

struct AlertRuleTests {
    private static func row() throws -> ThresholdRow { try RuleText.decoded([:]).row }

    /// What people may do to the table by hand, and what the reader says.
    static let wrongRows: [(change: @Sendable (inout ThresholdRow) -> Void, text: String)] = [
        ({ $0.metric = "nothing" }, "unknown metric"),
        ({ $0.op = "!=" }, "is none of"),
        ({ $0.threshold = .infinity }, "a number is expected"),
        ({ $0.threshold = .nan }, "a number is expected"),
        ({ $0.window = "1.5h" }, "whole minutes"),
        ({ $0.filter = "agent" }, "not valid JSON"),
        ({ $0.filter = "[]" }, "an object is expected"),
        ({ $0.groupBy = "{}" }, "a list is expected"),
        ({ $0.forSeconds = -1 }, "a length of time"),
        ({ $0.minSamples = 0 }, "a whole number from 1"),
        ({ $0.severity = "bad" }, "is none of info, warning, critical"),
        ({ $0.onNoData = "" }, "is none of ok, alert, keep"),
        ({ $0.slowMillis = 5 }, "only slow_request_rate"),
    ]

    @Test("A row that was spoilt by hand is refused", arguments: wrongRows)
    func wrongRow(change: @Sendable (inout ThresholdRow) -> Void, text: String) throws {
        var row = try Self.row()
        change(&row)
        let error = #expect(throws: AlertsFileError.self) { try AlertRule(row) }
        #expect(error?.description.contains(text) == true, "\(String(describing: error))")
    }

    static let rules: [[String: String]] = [
        [:],
        ["threshold": "0.5", "recover": "0.25", "window": "\"7d\"", "for": "\"90s\""],
        ["window": "\"month\"", "severity": "\"info\"", "on_no_data": "\"alert\""],
        [
            "metric": "\"llm_latency_ms_p95\"", "min_samples": "3", "enabled": "false",
            "where": "{\"model\": [\"a\\\"\\u0001|\", null], \"agent\": \"x\"}",
            "group_by": "[\"provider\", \"error\"]",
        ],
        ["metric": "\"slow_request_rate\"", "slow_ms": "2500.5"],
        [
            "keep_firing_for": "\"1h\"", "max_gap": "\"61s\"", "eval_delay": "\"0s\"",
            "annotations":
                "{\"summary\": \"a {value}\", \"description\": \"b\", \"runbook_url\": \"c\"}",
        ],
    ]

    static let otherTypes: [[String: String]] = [
        [
            "type": "\"anomaly\"", "op": "", "threshold": "4", "recover": "2",
            "baseline": "\"21d\"", "min_change": "0.01", "receivers": "[]",
        ],
        [
            "type": "\"burn_rate\"", "op": "", "threshold": "", "objective": "0.995",
            "period": "\"28d\"", "repeat_every": "\"1h\"",
        ],
        [
            "name": "\"data_stale\"", "metric": "", "op": "", "threshold": "",
            "enabled": "false", "severity": "\"info\"",
        ],
    ]

    @Test("A rule becomes a row and the same rule again", arguments: rules + otherTypes)
    func roundTrip(changes: [String: String]) throws {
        let row = try RuleText.decoded(changes).row
        #expect(try AlertRule(row).row == row)
    }

    @Test("A row holds what the file said")
    func row() throws {
        let row = try RuleText.decoded(Self.rules[3]).row
        #expect(row.filter == #"{"model": ["a\"\u0001|", null], "agent": "x"}"#)
        #expect(row.groupBy == #"["provider", "error"]"#)
        #expect(row.minSamples == 3 && !row.isEnabled && row.window == "15m")
        #expect(try RuleText.decoded(Self.rules[1]).row.forSeconds == 90)
    }

    @Test("Keys that are not there have the defaults of the specification")
    func defaults() throws {
        let rule = try RuleText.decoded([:])
        #expect(rule.recover == nil && rule.minSamples == nil && rule.neededSamples == 20)
        #expect(rule.window == .minutes(15) && rule.filters.isEmpty && rule.groupBy.isEmpty)
        #expect(rule.forSeconds == 0 && rule.keepFiringForSeconds == 0)
        #expect(rule.maxGapSeconds == 600 && rule.evalDelaySeconds == 10)
        #expect(rule.onNoData == .keep && rule.severity == .warning && rule.isEnabled)
        #expect(rule.timezone == "UTC")
        let most = try RuleText.decoded(["metric": "\"llm_latency_ms_max\""])
        #expect(most.neededSamples == 1)
        let total = try RuleText.decoded(["metric": "\"cost_usd_total\""])
        #expect(total.neededSamples == nil)
    }

    @Test("The rules of a new store are the seven of the key metrics")
    func sevenRules() throws {
        let rules = AlertRule.defaults
        #expect(rules.map(\.metric) == MetricCatalog.keyMetrics)
        let limits = rules.map {
            "\($0.comparison.rawValue) \($0.threshold) \($0.severity.rawValue)"
        }
        #expect(
            limits == [
                "> 10000.0 warning", "> 0.05 critical", "> 0.8 warning", "> 0.5 warning",
                "< 0.95 warning", "< 0.9 critical", "> 0.2 warning",
            ]
        )
        #expect(rules.allSatisfy { $0.summary?.contains("{value}") == true })
        #expect(rules.allSatisfy { $0.summary?.contains("{threshold}") == true })
        for rule in rules { #expect(try AlertRule(rule.row).row == rule.row) }
    }
}
