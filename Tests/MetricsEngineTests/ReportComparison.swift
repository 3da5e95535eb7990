import MetricsEngine
import Testing

/// A report from rollups against the one from rows.
struct ReportComparison {
    var exact: MetricReport
    var rolled: MetricReport
    var label: String

    /// Whether a metric is an estimate where it comes from rollups.
    static func isEstimated(_ metric: Metric) -> Bool {
        if case .quantile = metric.statistic { return true }
        return metric.name == "slow_request_rate"
    }

    /// The same groups; every number but estimates to the last bit; every quantile within 1 % of the
    /// interpolated one, and of half a thousandth of the unit that it is kept in.
    func expectEqual() {
        #expect(rolled.keys == exact.keys, "\(label)")
        #expect(rolled.leftOut == exact.leftOut, "\(label)")
        #expect(rolled.quality == exact.quality, "\(label)")
        for (left, right) in zip(exact.groups, rolled.groups) {
            #expect(left.values.map(\.metric) == right.values.map(\.metric), "\(label)")
            for (one, other) in zip(left.values, right.values) {
                compare(one.metric, one.value, other.value, "\(label) \(left.key)")
            }
        }
    }

    private func compare(
        _ metric: Metric,
        _ exact: MetricValue,
        _ rolled: MetricValue,
        _ place: String
    ) {
        #expect(exact.exact, "\(place) \(metric.name)")
        guard Self.isEstimated(metric) else {
            #expect(rolled == exact, "\(place) \(metric.name)")
            return
        }
        #expect(rolled.n == exact.n, "\(place) \(metric.name)")
        guard let value = exact.value?.double, let estimate = rolled.value?.double else {
            #expect(rolled.value == exact.value, "\(place) \(metric.name)")
            return
        }
        if metric.statistic == .ratio {
            // Which share of the limit's own bin lies above it is unknown; most of the values do not.
            #expect(estimate >= 0 && estimate <= 1, "\(place) \(metric.name)")
        } else if value == 0 {
            #expect(estimate == 0, "\(place) \(metric.name)")
        } else {
            let least = 0.0005 / Self.kept(metric.unit)
            let error = abs(estimate - value)
            #expect(
                error <= 0.01 * value * (1 + 1e-12) + least,
                "\(place) \(metric.name): \(estimate) instead of \(value)"
            )
        }
    }

    /// How many of the units in which a measure is kept make one in which it is shown.
    private static func kept(_ unit: MetricUnit) -> Double {
        switch unit {
        case .ms: 1e3
        case .seconds: 1e6
        case .usd, .ratio: 1e9
        case .count, .tokens, .tokensPerSecond: 1
        }
    }
}
