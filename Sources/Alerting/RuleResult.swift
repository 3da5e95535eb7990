package import AgentEvents
package import EventStorage
package import MetricsEngine

/// A dimension with its value in one group; `nil` is none.
package struct GroupLabel: Sendable, Hashable {
    package var dimension: Dimension
    package var value: String?

    package init(_ dimension: Dimension, _ value: String?) {
        self.dimension = dimension
        self.value = value
    }
}

/// What became of a rule in one group.
package struct RuleResult: Sendable {
    package var name: String
    /// The labels in the order of the rule's `group_by`; empty without one.
    package var group: [GroupLabel]
    /// The metric's name; a broken rule's may be none of the catalog.
    package var metric: String
    package var op: String
    package var threshold: Double
    package var severity: Severity
    package var window: TimeWindow?
    package var value: MetricNumber?
    /// What is compared with the threshold where that is not the value: the z-score of an anomaly,
    /// how many times too fast a budget burns.
    package var score: Double?
    /// What the score is called.
    package var scoreName = "score"
    package var n: Int64 = 0
    package var result: Judgement
    package var state: AlertState
    /// Why, for people; `nil` where the numbers say it.
    package var reason: String?
    /// The rule's summary with its values filled in, where it fires and has one.
    package var summary: String?

    /// The metric of the rule; `nil` where the rule is broken.
    package var known: Metric? { MetricCatalog.metric(named: metric) }

    /// The number that stands beside the threshold.
    package var compared: Double? { score ?? value?.double }

    /// The condition as `error_rate{agent=research} 12.4 % > 5 % (n 310)`, on one line.
    package var condition: String {
        var text = SafeText.part(metric)
        if !group.isEmpty {
            let labels = group.map {
                "\($0.dimension.rawValue)=\(SafeText.part($0.value ?? "(none)"))"
            }
            text += "{\(labels.joined(separator: ","))}"
        }
        guard let value, let unit = known?.unit else { return text }
        let op = result == .fine ? "not \(op)" : op
        if let score {
            let number = NumberText.pair(value.double, threshold: value.double, unit: unit).value
            let name = scoreName
            let pair = NumberText.pair(score, threshold: threshold, unit: .count)
            return "\(text) \(number), \(name) \(pair.value) \(op) \(pair.threshold) (n \(n))"
        }
        let pair = NumberText.pair(value.double, threshold: threshold, unit: unit)
        return "\(text) \(pair.value) \(op) \(pair.threshold) (n \(n))"
    }
}

/// A stored rule that cannot be read: it is reported as an error, never left out.
package struct BrokenRule: Sendable {
    package var name: String
    package var metric: String
    package var op: String
    package var threshold: Double
    package var severity: Severity
    package var reason: String

    package init(
        name: String,
        metric: String,
        op: String,
        threshold: Double,
        severity: Severity,
        reason: String
    ) {
        self.name = name
        self.metric = metric
        self.op = op
        self.threshold = threshold
        self.severity = severity
        self.reason = reason
    }
}
