import AgentEvents
import MetricsEngine

/// What rules ask, answered in one evaluation from a store as it is or in many from cells read
/// once.
protocol RuleAnswers: AnyObject {
    /// Whether the store has no event.
    var storeIsEmpty: Bool { get }

    /// The groups of a rule with its metric and the number of its units.
    ///
    /// `isPast`: a window that is only compared with, where nothing is open any more.
    ///
    /// - Throws: what the store throws, and `UnansweredRule`.
    func groups(_ rule: AlertRule, _ window: TimeWindow, isPast: Bool) throws -> [MetricGroup]

    /// The rule's metric by group; a quantile has at least the minimum number of samples.
    func padded(_ rule: AlertRule, _ window: TimeWindow, to count: Int64) throws -> [MetricGroup]
}

/// A rule whose metric cannot be answered, and why.
struct UnansweredRule: Error, CustomStringConvertible {
    var reason: String
    var description: String { reason }
}

extension RuleAnswers {
    /// The groups that hold units which the metric is about.
    ///
    /// They are counted by a metric of the same level; `n` counts only those that know the measure.
    /// What is open now is a state, which an empty store alone does not have.
    func groupsWithUnits(
        _ rule: AlertRule,
        _ window: TimeWindow,
        isPast: Bool = false
    ) throws -> [MetricGroup] {
        let counted = [rule.metric] + rule.metric.unitCounts
        return try groups(rule, window, isPast: isPast).filter { group in
            guard rule.metric.level != .state else { return !storeIsEmpty }
            return group.values.contains { entry in
                guard counted.contains(entry.metric) else { return false }
                let isCount = entry.metric.statistic.isTotal
                // A value that is unknown counts no units.
                return entry.value.n > 0 || (isCount && (entry.value.value?.double ?? 0) > 0)
            }
        }
    }
}

extension Metric {
    /// The metrics that count its units.
    var unitCounts: [Metric] {
        // Without a follower these two say nothing, however many lines were read.
        guard ![.lateEvents, .ingestLag].contains(self) else { return [] }
        return switch level {
        case .request: [.requests]
        case .llmCall: [.llmCalls]
        case .toolCall: [.toolCalls]
        case .call: [.llmCalls, .toolCalls]
        case .ledger: [.linesRead]
        case .state: []
        }
    }
}
