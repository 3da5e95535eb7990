import AgentEvents
import EventStorage
import MetricsEngine

/// Asks the engine once for all rules that look at the same units in the same window.
struct MetricAnswers {
    /// What a report depends on beside its metrics.
    struct Question: Hashable {
        var window: TimeWindow
        var groupBy: [Dimension]
        var filter: String?
        var slowMillis: Double?

        init(_ rule: AlertRule, _ window: TimeWindow) {
            self.window = window
            groupBy = rule.groupBy
            filter = rule.filterText
            slowMillis = rule.slowMillis
        }
    }

    private let now: Timestamp
    private let snapshot: any StoreSnapshot
    private var metrics: [Question: [Metric]] = [:]
    private var answers: [Question: Result<MetricReport, any Error>] = [:]

    /// Learns which metrics each question is about, before the first is asked.
    init(_ rules: [(AlertRule, TimeWindow)], now: Timestamp, _ snapshot: any StoreSnapshot) {
        self.now = now
        self.snapshot = snapshot
        for (rule, window) in rules {
            metrics[Question(rule, window), default: []] += [rule.metric] + Self.units(rule.metric)
        }
    }

    /// The report that holds the rule's metric and the number of its units.
    mutating func report(_ rule: AlertRule, _ window: TimeWindow) throws -> MetricReport {
        let question = Question(rule, window)
        if let answer = answers[question] { return try answer.get() }
        let answer = Result { [metrics] in
            try MetricsEngine.report(query(rule, window, metrics[question] ?? []), from: snapshot)
        }
        answers[question] = answer
        return try answer.get()
    }

    /// The rule's metric by group, its quantile taken over at least so many samples.
    func padded(_ rule: AlertRule, _ window: TimeWindow, to count: Int64) throws -> MetricReport {
        var query = query(rule, window, [rule.metric])
        query.paddedTo = count
        return try MetricsEngine.report(query, from: snapshot)
    }

    /// Whether a group holds units that the metric is about.
    ///
    /// They are counted by a metric of the same level; `n` counts only those that know the measure.
    /// What is open now is a state, which an empty store alone does not have.
    static func hasUnits(_ metric: Metric, in group: MetricGroup, storeIsEmpty: Bool) -> Bool {
        guard metric.level != .state else { return !storeIsEmpty }
        let counted = [metric] + units(metric)
        return group.values.contains { entry in
            guard counted.contains(entry.metric) else { return false }
            let isCount = entry.metric.statistic.isTotal
            // A value that is unknown counts no units.
            return entry.value.n > 0 || (isCount && (entry.value.value?.double ?? 0) > 0)
        }
    }

    /// The metrics that count the units of a metric.
    private static func units(_ metric: Metric) -> [Metric] {
        let names =
            switch metric.level {
            case .request: ["requests"]
            case .llmCall: ["llm_calls"]
            case .toolCall: ["tool_calls"]
            case .call: ["llm_calls", "tool_calls"]
            case .ledger: ["lines"]
            case .state: [String]()
            }
        return names.compactMap(MetricCatalog.metric(named:))
    }

    private func query(_ rule: AlertRule, _ window: TimeWindow, _ metrics: [Metric]) -> MetricQuery
    {
        var query = MetricQuery(
            window: window,
            now: now,
            by: rule.groupBy,
            filters: rule.filters,
            metrics: metrics
        )
        query.precision = .rollups
        query.countsQuality = false
        query.coversOpenRequests = true
        if let slow = rule.slowMillis { query.slowMicros = Int64((slow * 1_000).rounded()) }
        return query
    }
}
