import EventStorage
import MetricsEngine
import Testing

@testable import Alerting

struct RuleJudgementTests {
    /// A value of a metric against a threshold, and what becomes of it.
    struct Case: CustomTestStringConvertible {
        var metric: String
        var op = ">"
        var threshold: Double
        var value: Double?
        var n: Int64
        var minSamples: Int64?
        var padded: Double?
        var result: Judgement

        var testDescription: String {
            "\(metric) \(value.map { "\($0)" } ?? "nil") (n \(n)) \(op) \(threshold): \(result)"
        }
    }

    static let cases = [
        // Ten failures of ten are 10 of 20 at best; one of three is 1 of 20, which is not above.
        Case(metric: "error_rate", threshold: 0.05, value: 1, n: 10, result: .breach),
        Case(
            metric: "error_rate",
            threshold: 0.05,
            value: 1.0 / 3,
            n: 3,
            result: .insufficient
        ),
        Case(metric: "error_rate", threshold: 0.05, value: 2.0 / 3, n: 3, result: .breach),
        Case(
            metric: "error_rate",
            op: ">=",
            threshold: 0.05,
            value: 1.0 / 3,
            n: 3,
            result: .breach
        ),
        Case(metric: "error_rate", threshold: 0.05, value: 0, n: 19, result: .insufficient),
        Case(metric: "error_rate", threshold: 0.05, value: 0, n: 20, result: .fine),
        Case(metric: "error_rate", threshold: 0.05, value: 0.05, n: 20, result: .fine),
        Case(
            metric: "error_rate",
            op: ">=",
            threshold: 0.02,
            value: 1.0 / 49,
            n: 49,
            minSamples: 50,
            result: .breach
        ),
        Case(metric: "error_rate", threshold: 0.05, value: nil, n: 0, result: .insufficient),
        // Under `<` the missing samples of a share are successes.
        Case(
            metric: "tool_success_rate",
            op: "<",
            threshold: 0.95,
            value: 0,
            n: 1,
            result: .insufficient
        ),
        Case(
            metric: "tool_success_rate",
            op: "<",
            threshold: 0.95,
            value: 0,
            n: 2,
            result: .breach
        ),
        Case(
            metric: "tool_success_rate",
            op: "<=",
            threshold: 0.95,
            value: 0,
            n: 1,
            result: .breach
        ),
        Case(
            metric: "tool_success_rate",
            op: "<",
            threshold: 0.95,
            value: 1,
            n: 1,
            result: .insufficient
        ),
        // Other metrics under `<` cannot be judged with too few samples.
        Case(
            metric: "output_tokens_per_second_avg",
            op: "<",
            threshold: 10,
            value: 0,
            n: 19,
            result: .insufficient
        ),
        Case(
            metric: "output_tokens_per_second_avg",
            op: "<",
            threshold: 10,
            value: 9,
            n: 20,
            result: .breach
        ),
        Case(
            metric: "request_latency_ms_p95",
            op: "<",
            threshold: 10,
            value: 1,
            n: 3,
            padded: 0,
            result: .insufficient
        ),
        // Means are padded with zeros.
        Case(metric: "cost_per_request_usd_avg", threshold: 0.5, value: 5, n: 4, result: .breach),
        Case(
            metric: "cost_per_request_usd_avg",
            threshold: 0.5,
            value: 5,
            n: 2,
            result: .insufficient
        ),
        // Quantiles are those over the padded samples.
        Case(
            metric: "request_latency_ms_p95",
            threshold: 10_000,
            value: 60_000,
            n: 2,
            padded: 50_000,
            result: .breach
        ),
        Case(
            metric: "request_latency_ms_p95",
            threshold: 10_000,
            value: 60_000,
            n: 1,
            padded: 3_000,
            result: .insufficient
        ),
        // One sample is enough for a maximum, and zeros do not change it.
        Case(metric: "llm_latency_ms_max", threshold: 5, value: 6, n: 1, result: .breach),
        Case(metric: "llm_latency_ms_max", threshold: 5, value: 4, n: 1, result: .fine),
        Case(
            metric: "llm_latency_ms_max",
            threshold: 5,
            value: 6,
            n: 1,
            minSamples: 9,
            result: .breach
        ),
        Case(
            metric: "llm_latency_ms_max",
            threshold: 5,
            value: 4,
            n: 1,
            minSamples: 9,
            result: .insufficient
        ),
        // Totals are judged whatever their size.
        Case(metric: "requests", op: "<", threshold: 3, value: 2, n: 2, result: .breach),
        Case(metric: "rate_limited", threshold: 3, value: 0, n: 0, result: .fine),
        Case(metric: "cost_usd_total", threshold: 3, value: 3.5, n: 1, result: .breach),
    ]

    @Test("Too few samples are judged as if the missing ones were good", arguments: cases)
    func judged(_ example: Case) throws {
        var changes = [
            "metric": "\"\(example.metric)\"", "op": "\"\(example.op)\"",
            "threshold": "\(example.threshold)",
        ]
        if let count = example.minSamples { changes["min_samples"] = "\(count)" }
        let value = MetricValue(example.value.map { .real($0) }, n: example.n)
        let padded = MetricValue(example.padded.map { .real($0) }, n: example.n)
        let judgement = RuleJudgement(
            rule: try RuleText.decoded(changes),
            value: value,
            hasUnits: true,
            padded: { padded }
        )
        #expect(try judgement.result().0 == example.result)
    }

    @Test("Without units there is no data, whatever the metric")
    func noUnits() throws {
        for metric in ["error_rate", "requests", "cost_usd_total", "llm_latency_ms_max"] {
            let rule = try RuleText.decoded(["metric": "\"\(metric)\""])
            let judgement = RuleJudgement(
                rule: rule,
                value: MetricValue(.integer(0), n: 0),
                hasUnits: false,
                padded: { nil }
            )
            #expect(try judgement.result().0 == .noData)
        }
    }

    @Test("A judgement by padding says so")
    func reasons() throws {
        let rule = try RuleText.decoded([:])
        func reason(_ value: Double, _ n: Int64) throws -> String? {
            try RuleJudgement(
                rule: rule,
                value: MetricValue(.real(value), n: n),
                hasUnits: true,
                padded: { nil }
            ).result().reason
        }
        #expect(
            try reason(1, 10) == "10 of 20 samples, and breached even if the missing ones are good"
        )
        #expect(try reason(0, 3) == "3 of 20 samples")
        #expect(try reason(0.5, 20) == nil)
    }
}
