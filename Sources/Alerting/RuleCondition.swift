import MetricsEngine

/// What a rule compares its metric with; found to be able to fire.
struct RuleCondition {
    var comparison: Comparison
    var threshold: Double
    var recover: Double?

    init?(
        _ object: ObjectReader,
        _ kind: RuleKind?,
        _ metric: Metric?
    ) {
        switch kind {
        case .anomaly: self.init(anomaly: object)
        case .burnRate(let budget): self.init(budget)
        case .threshold: self.init(threshold: object, metric)
        // What keeps it from being a rule was noted.
        case .builtIn, nil: return nil
        }
    }

    /// Reads the condition of a z-score; the key `op` may be given with its only value.
    private init?(anomaly object: ObjectReader) {
        let op: Comparison? = object.word("op")
        if let op, op != .above {
            object.report(
                "op",
                "an anomaly fires above its threshold",
                suggestion: "leave op out"
            )
        }
        comparison = .above
        threshold = object.number("threshold") ?? 6  // as the specification says
        recover = object.number("recover")
        for (key, value) in [("threshold", threshold), ("recover", recover)] {
            guard let value, value < 0 || (key == "threshold" && value == 0) else { continue }
            object.report(
                key,
                "a z-score above 0 is expected"
            )
        }
        if let recover { checkSide(recover, object: object) }
    }

    private init(_ budget: ErrorBudget) {
        comparison = .above
        threshold = budget.factor(ErrorBudget.pairs[0])
    }

    private init?(
        threshold object: ObjectReader,
        _ metric: Metric?
    ) {
        for key in ["op", "threshold"] where object.node(key) == nil {
            object.diagnostics.add(
                object.place(key),
                line: object.line,
                message: "a threshold rule needs \(key)"
            )
        }
        let comparison: Comparison? = object.word("op")
        let threshold = object.number("threshold")
        recover = object.number("recover")
        guard let comparison, let threshold else { return nil }
        self.comparison = comparison
        self.threshold = threshold
        guard let metric else { return }
        checkRange("threshold", value: threshold, object: object, metric: metric)
        checkCanFire(object, metric: metric)
        guard let recover else { return }
        if !checkRange("recover", value: recover, object: object, metric: metric) {
            checkSide(recover, object: object)
        }
    }

    /// Whether the value was found to be out of range.
    @discardableResult
    private func checkRange(
        _ key: String,
        value: Double,
        object: ObjectReader,
        metric: Metric
    ) -> Bool {
        let isShare = metric.statistic == .ratio
        guard value < 0 || (isShare && value > 1) else { return false }
        let percent = isShare && value > 1 && value <= 100
        object.report(
            key,
            isShare
                ? "\(metric.name) lies between 0 and 1" : "\(metric.name) is never below 0",
            suggestion: percent ? "\(Self.text(value)) % is \(Self.text(value / 100))" : nil
        )
        return true
    }

    private func checkCanFire(
        _ object: ObjectReader,
        metric: Metric
    ) {
        let isNever =
            (comparison == .below && threshold == 0)
            || (comparison == .above && threshold == 1 && metric.statistic == .ratio)
        guard isNever else { return }
        object.report(
            "threshold",
            "\(metric.name) is never \(comparison.rawValue) \(Self.text(threshold)),"
                + " so the rule can never fire"
        )
    }

    private func checkSide(
        _ recover: Double,
        object: ObjectReader
    ) {
        guard comparison.isUpward ? recover > threshold : recover < threshold else { return }
        object.report(
            "recover",
            "a rule that fires at \(comparison.rawValue) \(Self.text(threshold)) recovers"
                + " \(comparison.isUpward ? "at or below" : "at or above") that, not at"
                + " \(Self.text(recover))"
        )
    }

    private static func text(_ value: Double) -> String { NumberText.exact(value) }
}
