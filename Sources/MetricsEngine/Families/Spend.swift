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

    static let definitions: [MetricDefinition<Spend>] = [
        MetricDefinition(
            "cost_usd_total",
            .usd,
            .sum,
            "What the LLM calls cost together.",
            formula: "sum of the costs of priced calls",
            n: "priced LLM calls"
        ) { family, _ in .total(family.cost.sum, scale: Scale.dollars, n: family.cost.n) },
        MetricDefinition(
            "unpriced_calls",
            .count,
            .count,
            "How many LLM calls have no cost.",
            formula: "LLM calls with neither a logged cost nor a known price",
            n: "LLM calls"
        ) { family, _ in .total(family.calls - family.cost.n, n: family.calls) },
    ]
}
