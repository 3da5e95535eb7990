import EventStorage
import Rollups

/// How many tool calls there were and how many succeeded.
struct ToolCalls: MetricFamily {
    static let title = "Tool calls and successes"
    static let level = MetricLevel.toolCall
    private var calls: Int64 = 0
    private var succeeded: Int64 = 0

    mutating func add(_ unit: CallUnit) {
        calls += 1
        if unit.succeeded { succeeded += 1 }
    }

    mutating func merge(_ unit: CellUnit<ToolCallCell>) {
        calls += unit.cell.calls
        succeeded += unit.cell.succeeded
    }

    static let successRate = MetricDefinition<ToolCalls>(
        "tool_success_rate",
        .ratio,
        .ratio,
        "The share of tool calls that succeeded.",
        title: "Tool success rate",
        worse: .lower,
        formula: "successful tool calls / tool calls",
        n: "tool calls"
    ) { family, _ in .ratio(family.succeeded, of: family.calls) }

    static let calls = MetricDefinition<ToolCalls>(
        "tool_calls",
        .count,
        .count,
        "How many tool calls ended.",
        title: "Tool calls",
        formula: "number of tool calls",
        n: "tool calls"
    ) { family, _ in .total(family.calls, n: family.calls) }

    static let definitions: [MetricDefinition<ToolCalls>] = [successRate, calls]
}

extension Metric {
    /// The share of tool calls that succeeded.
    package static let toolSuccessRate = ToolCalls.successRate.metric
    /// The number of tool calls.
    package static let toolCalls = ToolCalls.calls.metric
}
