import AgentEvents
import MetricsEngine

/// The quantiles of a rule's groups with missing samples added as 0.
///
/// Asked for at the first group that needs one. A class, so that all groups of one rule share the answer.
final class PaddedQuantiles {
    private let rule: AlertRule
    private let window: TimeWindow
    private let answers: any RuleAnswers
    private var values: [[KeyValue]: MetricValue]?

    init(_ rule: AlertRule, _ window: TimeWindow, _ answers: any RuleAnswers) {
        self.rule = rule
        self.window = window
        self.answers = answers
    }

    /// The group's quantile over at least `min_samples` samples.
    func value(of key: [KeyValue]) throws -> MetricValue? {
        if let values { return values[key] }
        guard let needed = rule.neededSamples else { return nil }
        var found: [[KeyValue]: MetricValue] = [:]
        for group in try answers.padded(rule, window, to: needed) {
            found[group.key] = group.value(of: rule.metric) ?? .unknown
        }
        values = found
        return found[key]
    }
}
