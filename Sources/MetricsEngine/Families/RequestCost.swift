import AgentEvents
import Rollups

/// What requests cost.
struct RequestCost: MetricFamily {
    static let title = "Cost of requests"
    static let level = MetricLevel.request
    private var costs = Samples()
    private var completed: Int64 = 0

    mutating func add(_ unit: RequestUnit) {
        if let cost = unit.row.cost.value { costs.add(cost) }
        if unit.outcome == .completed { completed += 1 }
    }

    mutating func merge(_ unit: CellUnit<RequestCell>) {
        costs.add(unit.cell.cost)
        if unit.has(.completed) { completed += unit.cell.requests }
    }

    mutating func addOpen(_ unit: RequestUnit) {
        if let cost = unit.row.cost.value { costs.addOpen(cost) }
    }

    static let definitions: [MetricDefinition<RequestCost>] =
        SampleMetrics<RequestCost>(
            name: "cost_per_request_usd",
            unit: .usd,
            scale: Scale.dollars,
            measure: "the cost of a request",
            over: "requests with at least one priced call",
            samples: \.costs
        ).definitions([.mean, .p95, .max]) + [
            MetricDefinition(
                "cost_per_completed_task_usd",
                .usd,
                .mean,
                "What a completed task cost, with the cost of all requests spread over them.",
                formula: "cost of all requests / completed requests",
                n: "completed requests"
            ) { family, _ in
                .mean(family.costs.sum, scale: Scale.dollars, n: family.completed)
            }
        ]
}
