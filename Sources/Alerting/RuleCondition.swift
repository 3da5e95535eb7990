import MetricsEngine

/// What a rule compares its metric with; found to be able to fire.
struct RuleCondition {
    var comparison: Comparison
    var threshold: Double
    var recover: Double?

    init?(_ object: ObjectReader, _ metric: Metric?, _ list: inout ProblemList) {
        for key in ["op", "threshold"] where object.node(key) == nil {
            list.add(object.place(key), object.line, "a threshold rule needs \(key)")
        }
        let comparison: Comparison? = object.word("op", &list)
        let threshold = object.number("threshold", &list)
        recover = object.number("recover", &list)
        guard let comparison, let threshold else { return nil }
        self.comparison = comparison
        self.threshold = threshold
        guard let metric else { return }
        checkRange("threshold", threshold, object, metric, &list)
        checkCanFire(object, metric, &list)
        guard let recover else { return }
        if !checkRange("recover", recover, object, metric, &list) {
            checkSide(recover, object, &list)
        }
    }

    /// Whether the value was found to be out of range.
    @discardableResult
    private func checkRange(
        _ key: String,
        _ value: Double,
        _ object: ObjectReader,
        _ metric: Metric,
        _ list: inout ProblemList
    ) -> Bool {
        let isShare = metric.statistic == .ratio
        guard value < 0 || (isShare && value > 1) else { return false }
        let percent = isShare && value > 1 && value <= 100
        list.add(
            object.place(key),
            object.line(of: key),
            isShare ? "\(metric.name) lies between 0 and 1" : "\(metric.name) is never below 0",
            percent ? "\(Self.text(value)) % is \(Self.text(value / 100))" : nil
        )
        return true
    }

    private func checkCanFire(
        _ object: ObjectReader,
        _ metric: Metric,
        _ list: inout ProblemList
    ) {
        let isNever =
            (comparison == .below && threshold == 0)
            || (comparison == .above && threshold == 1 && metric.statistic == .ratio)
        guard isNever else { return }
        list.add(
            object.place("threshold"),
            object.line(of: "threshold"),
            "\(metric.name) is never \(comparison.rawValue) \(Self.text(threshold)),"
                + " so the rule can never fire"
        )
    }

    private func checkSide(
        _ recover: Double,
        _ object: ObjectReader,
        _ list: inout ProblemList
    ) {
        guard comparison.isUpward ? recover > threshold : recover < threshold else { return }
        list.add(
            object.place("recover"),
            object.line(of: "recover"),
            "a rule that fires at \(comparison.rawValue) \(Self.text(threshold)) recovers"
                + " \(comparison.isUpward ? "at or below" : "at or above") that, not at"
                + " \(Self.text(recover))"
        )
    }

    private static func text(_ value: Double) -> String { NumberText.exact(value) }
}
