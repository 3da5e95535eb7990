import AgentEvents
import EventStorage
import Rollups

/// What LLM calls cost together.
struct Spend: MetricFamily {
    static let title = "Cost of LLM calls"
    static let level = MetricLevel.llmCall
    private var cost = KnownSum()
    private var calls: Int64 = 0

    mutating func add(_ unit: CallUnit) {
        calls += 1
        cost.add(unit.cost)
    }

    mutating func merge(_ unit: CellUnit<LLMCallCell>) {
        calls += unit.cell.calls
        cost.add(unit.cell.cost)
    }

    static let cost = MetricDefinition<Spend>(
        "cost_usd_total",
        .usd,
        .sum,
        "What the LLM calls cost together.",
        title: "Cost",
        worse: .higher,
        formula: "sum of the costs of priced calls",
        n: "priced LLM calls"
    ) { family, _ in .total(family.cost.sum, scale: Scale.dollars, n: family.cost.n) }

    static let unpricedCalls = MetricDefinition<Spend>(
        "unpriced_calls",
        .count,
        .count,
        "How many LLM calls have no cost.",
        title: "Calls without a price",
        formula: "LLM calls with neither a logged cost nor a known price",
        n: "LLM calls"
    ) { family, _ in .total(family.calls - family.cost.n, n: family.calls) }

    static let definitions: [MetricDefinition<Spend>] = [cost, unpricedCalls]
}

extension Metric {
    /// The cost of all LLM calls.
    package static let cost = Spend.cost.metric
    /// The number of LLM calls without a cost.
    package static let unpricedCalls = Spend.unpricedCalls.metric
}
