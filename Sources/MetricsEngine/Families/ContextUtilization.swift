import AgentEvents
import Rollups

/// How full requests made the context windows of their models.
struct ContextUtilization: MetricFamily {
    static let title = "Context utilization"
    static let level = MetricLevel.request
    private var shares = Samples()

    mutating func add(_ unit: RequestUnit) {
        if let share = unit.row.contextUtilization.value { shares.add(share) }
    }

    mutating func merge(_ unit: CellUnit<RequestCell>) { shares.add(unit.cell.contextUtilization) }

    mutating func addOpen(_ unit: RequestUnit) {
        if let share = unit.row.contextUtilization.value { shares.addOpen(share) }
    }

    static let utilization = SampleMetrics<ContextUtilization>(
        name: "context_utilization",
        title: "Context utilization",
        worse: .higher,
        unit: .ratio,
        scale: Scale.share,
        measure: "the context utilization of a request",
        over: "requests with a known context utilization",
        samples: \.shares
    )

    static let definitions: [MetricDefinition<ContextUtilization>] = utilization.definitions([
        .p95, .mean, .max,
    ])
}

extension Metric {
    /// The context utilization that 95 % of requests keep.
    package static let contextUtilizationP95 = ContextUtilization.utilization.metric(.p95)
}
