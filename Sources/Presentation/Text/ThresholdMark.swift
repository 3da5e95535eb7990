package import EventStorage
package import MetricsEngine

/// Where a value stands against the threshold of a rule.
package struct ThresholdMark: Sendable {
    /// How near it is.
    package enum State: Sendable, Comparable {
        case ok
        /// At least 80 % of the allowed range is used.
        case near
        case crossed

        package var word: String {
            switch self {
            case .ok: "ok"
            case .near: "near"
            case .crossed: "crossed"
            }
        }

        package var style: TextStyle {
            switch self {
            case .ok: .good
            case .near: .near
            case .crossed: .bad
            }
        }
    }

    package var rule: ThresholdRow
    /// The used share of what the rule allows; 1 is at the threshold.
    ///
    /// For a share that must stay above a threshold, what is used is what it lacks to 1.
    package var used: Double
    package var state: State

    private static let nearFrom = 0.8

    /// The mark of the rule that the value is nearest to crossing, among those that judge the
    /// metric as a whole; `nil` where there is none or no value.
    package init?(_ value: MetricNumber?, of metric: Metric, rules: [ThresholdRow]) {
        guard let value else { return nil }
        let marks = rules.filter { $0.judges(metric) }
            .map { ThresholdMark(value.double, $0, unit: metric.unit) }
        guard let worst = marks.max(by: { ($0.state, $0.used) < ($1.state, $1.used) }) else {
            return nil
        }
        self = worst
    }

    private init(_ value: Double, _ rule: ThresholdRow, unit: MetricUnit) {
        self.rule = rule
        let isUpward = rule.op.hasPrefix(">")
        if isUpward {
            used = Self.share(value, of: rule.threshold)
        } else if unit == .ratio {
            used = Self.share(1 - value, of: 1 - rule.threshold)
        } else {
            used = Self.share(rule.threshold, of: value)
        }
        state = rule.isCrossed(by: value) ? .crossed : used >= Self.nearFrom ? .near : .ok
    }

    private static func share(_ part: Double, of whole: Double) -> Double {
        whole > 0 ? part / whole : part > 0 ? .infinity : 0
    }

    /// What a rule on the metric as a whole says, as in `> 10.0 s`; also where there is no value.
    package static func condition(of metric: Metric, rules: [ThresholdRow]) -> String? {
        rules.first { $0.judges(metric) }?.condition(metric.unit)
    }

    /// A bar that is full at the threshold.
    package func bar(width: Int, drawsBlocks: Bool) -> String {
        let filled = Int((min(max(used, 0), 1) * Double(width)).rounded(.down))
        let (full, empty) = drawsBlocks ? ("█", "·") : ("#", ".")
        return String(repeating: full, count: filled)
            + String(repeating: empty, count: width - filled)
    }
}

extension ThresholdRow {
    /// Whether it is on the metric and neither filtered nor cut into groups.
    fileprivate func judges(_ metric: Metric) -> Bool {
        isEnabled && type == "threshold" && self.metric == metric.name && filter == nil
            && groupBy == nil
    }

    /// The condition as `> 10.0 s`.
    package func condition(_ unit: MetricUnit) -> String {
        "\(op) \(HumanNumber.text(.real(threshold), unit))"
    }

    fileprivate func isCrossed(by value: Double) -> Bool {
        switch op {
        case ">": value > threshold
        case ">=": value >= threshold
        case "<": value < threshold
        default: value <= threshold
        }
    }
}
