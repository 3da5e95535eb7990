import AgentEvents
import EventStorage
import Rollups

/// How often agents tried again.
///
/// Its units are LLM calls and retry events.
struct Retries: MetricFamily {
    static let title = "Retries"
    static let level = MetricLevel.llmCall
    private var calls: Int64 = 0
    private var retries: Int64 = 0

    mutating func add(_ unit: CallUnit) {
        if unit.isLLMCall { calls += 1 }
        if unit.flags.contains(.countsAsRetry) { retries += 1 }
    }

    mutating func merge(_ unit: CellUnit<LLMCallCell>) {
        calls += unit.cell.calls
        retries += unit.cell.retries
    }

    static let retries = MetricDefinition<Retries>(
        "retries",
        .count,
        .count,
        "How often agents tried again.",
        title: "Retries",
        worse: .higher,
        formula: "retry events, plus LLM calls with `attempt` > 1 in requests without retry"
            + " events; a retry event has no model and no provider",
        n: "LLM calls"
    ) { family, _ in .total(family.retries, n: family.calls) }

    static let definitions: [MetricDefinition<Retries>] = [retries]
}

extension Metric {
    /// The number of retries.
    package static let retries = Retries.retries.metric
}
