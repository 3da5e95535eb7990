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

    static let perRequest = SampleMetrics<RequestCost>(
        name: "cost_per_request_usd",
        title: "Cost per request",
        worse: .higher,
        unit: .usd,
        scale: Scale.dollars,
        measure: "the cost of a request",
        over: "requests with at least one priced call",
        samples: \.costs
    )

    static let perCompletedTask = MetricDefinition<RequestCost>(
        "cost_per_completed_task_usd",
        .usd,
        .mean,
        "What a completed task cost, with the cost of all requests spread over them.",
        title: "Cost per completed task",
        worse: .higher,
        formula: "cost of all requests / completed requests",
        n: "completed requests"
    ) { family, _ in
        .mean(family.costs.sum, scale: Scale.dollars, n: family.completed)
    }

    static let definitions: [MetricDefinition<RequestCost>] =
        perRequest.definitions([.mean, .p95, .max]) + [perCompletedTask]
}

extension Metric {
    /// The mean cost of a request.
    package static let costPerRequest = RequestCost.perRequest.metric(.mean)
    /// The cost of a completed task.
    package static let costPerCompletedTask = RequestCost.perCompletedTask.metric
}
