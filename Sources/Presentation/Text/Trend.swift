package import MetricsEngine

/// How a value moved from one window to the next.
package struct Trend: Sendable {
    package var metric: Metric
    package var now: MetricValue?
    package var before: MetricValue?

    package init(metric: Metric, now: MetricValue?, before: MetricValue?) {
        self.metric = metric
        self.now = now
        self.before = before
    }

    private var numbers: (now: Double, before: Double)? {
        guard let now = now?.value?.double, let before = before?.value?.double else { return nil }
        return (now, before)
    }

    /// The change: of shares in their own unit, of others relative to what was; `nil` where it
    /// cannot be told.
    package var change: Double? {
        guard let (now, before) = numbers else { return nil }
        if metric.unit == .ratio { return now - before }
        return before > 0 ? now / before - 1 : now == before ? 0 : nil
    }

    /// The change as `▲ 34 %` or `▼ 1.2 points, better`.
    package var words: String? {
        guard let change else { return nil }
        let size = abs(change) * 100
        guard size >= 0.05 else { return "unchanged" }
        let amount = HumanNumber.decimal(size)
        let unit = metric.unit == .ratio ? "points" : "%"
        let verdict = tone.isEmpty ? "" : ", \(tone)"
        return "\(change > 0 ? "▲" : "▼") \(amount) \(unit)\(verdict)"
    }

    /// `better`, `worse` or nothing.
    package var tone: String {
        guard let change, abs(change) >= 0.0005, let worse = metric.worse else {
            return ""
        }
        return (change > 0) == (worse == .higher) ? "worse" : "better"
    }
}
