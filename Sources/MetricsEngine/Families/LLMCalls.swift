import AgentEvents
import EventStorage
import Rollups

/// How many LLM calls there were and how they ended.
struct LLMCalls: MetricFamily {
    static let title = "LLM calls and failures"
    static let level = MetricLevel.llmCall
    private var calls: Int64 = 0
    private var failed: Int64 = 0
    private var rateLimited: Int64 = 0

    mutating func add(_ unit: CallUnit) {
        calls += 1
        if !unit.succeeded { failed += 1 }
        if unit.errorClassCode == ErrorClass.rateLimit.rawValue { rateLimited += 1 }
    }

    mutating func merge(_ unit: CellUnit<LLMCallCell>) {
        calls += unit.cell.calls
        failed += unit.cell.failed
        if unit.key.code == ErrorClass.rateLimit.rawValue { rateLimited += unit.cell.calls }
    }

    static let calls = MetricDefinition<LLMCalls>(
        "llm_calls",
        .count,
        .count,
        "How many LLM calls ended.",
        title: "LLM calls",
        formula: "number of LLM calls",
        n: "LLM calls"
    ) { family, _ in .total(family.calls, n: family.calls) }

    static let errorRate = MetricDefinition<LLMCalls>(
        "llm_error_rate",
        .ratio,
        .ratio,
        "The share of LLM calls that failed.",
        title: "LLM error rate",
        worse: .higher,
        formula: "failed LLM calls / LLM calls",
        n: "LLM calls"
    ) { family, _ in .ratio(family.failed, of: family.calls) }

    static let rateLimited = MetricDefinition<LLMCalls>(
        "rate_limited",
        .count,
        .count,
        "How many LLM calls failed because of a rate limit.",
        title: "Rate limited calls",
        worse: .higher,
        formula: "LLM calls of error class `rate_limit`",
        n: "LLM calls"
    ) { family, _ in .total(family.rateLimited, n: family.calls) }

    static let definitions: [MetricDefinition<LLMCalls>] = [calls, errorRate, rateLimited]
}

extension Metric {
    /// The number of LLM calls.
    package static let llmCalls = LLMCalls.calls.metric
    /// The share of LLM calls that failed.
    package static let llmErrorRate = LLMCalls.errorRate.metric
    /// The number of LLM calls that hit a rate limit.
    package static let rateLimited = LLMCalls.rateLimited.metric
}
