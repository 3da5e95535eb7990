/// Which of the asked metrics can be answered, and why the others cannot.
struct MetricSelection: Sendable {
    private(set) var wanted: Set<Metric> = []
    private(set) var leftOut: [LeftOut] = []

    init(_ query: MetricQuery) {
        let asked = query.metrics.map(Set.init)
        for metric in MetricCatalog.all {
            guard asked?.contains(metric) ?? (metric.level != .ledger) else { continue }
            if let reason = Self.reason(against: metric, query) {
                leftOut.append(LeftOut(metric: metric.name, reason: reason))
            } else {
                wanted.insert(metric)
            }
        }
    }

    private static func reason(against metric: Metric, _ query: MetricQuery) -> String? {
        for dimension in query.by where !metric.carries(dimension) {
            return metric.whyNot(dimension)
        }
        for filter in query.filters {
            if !metric.carries(filter.dimension) { return metric.whyNot(filter.dimension) }
            if filter.dimension.isTime { return "times are chosen by the window, not by a filter" }
        }
        return nil
    }
}
