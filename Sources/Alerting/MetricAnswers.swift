import AgentEvents
import EventStorage
import MetricsEngine

/// What a report depends on beside its window and its metrics.
struct RuleSubject: Hashable {
    var groupBy: [Dimension]
    var filter: String?
    var slowMillis: Double?

    init(_ rule: AlertRule) {
        groupBy = rule.groupBy
        filter = rule.filterText
        slowMillis = rule.slowMillis
    }
}

/// Asks the engine once for all rules that look at the same units in the same window.
final class MetricAnswers: RuleAnswers {
    private struct Question: Hashable {
        var subject: RuleSubject
        var window: TimeWindow
        var isPast: Bool
    }

    let storeIsEmpty: Bool
    private let now: Timestamp
    private let snapshot: any StoreSnapshot
    private var metrics: [Question: [Metric]] = [:]
    private var answers: [Question: Result<MetricReport, any Error>] = [:]

    /// Learns which metrics each question is about, before the first is asked.
    init(
        _ rules: [(AlertRule, RuleWindows)],
        now: Timestamp,
        storeIsEmpty: Bool,
        _ snapshot: any StoreSnapshot
    ) {
        self.now = now
        self.storeIsEmpty = storeIsEmpty
        self.snapshot = snapshot
        for (rule, windows) in rules {
            let subject = RuleSubject(rule)
            let asked = [rule.metric] + rule.metric.unitCounts
            for window in windows.current {
                metrics[Question(subject: subject, window: window, isPast: false), default: []] +=
                    asked
            }
            for window in windows.past {
                metrics[Question(subject: subject, window: window, isPast: true), default: []] +=
                    asked
            }
        }
    }

    func groups(_ rule: AlertRule, _ window: TimeWindow, isPast: Bool) throws -> [MetricGroup] {
        let question = Question(subject: RuleSubject(rule), window: window, isPast: isPast)
        let answer =
            answers[question]
            ?? Result { [metrics] in
                let asked = metrics[question] ?? [rule.metric] + rule.metric.unitCounts
                let query = rule.query(window, asked, now: now, isPast: isPast)
                return try MetricsEngine.report(query, from: snapshot)
            }
        answers[question] = answer
        let report = try answer.get()
        if let reason = report.leftOut.first(where: { $0.metric == rule.metric.name })?.reason {
            throw UnansweredRule(reason: reason)
        }
        return report.groups
    }

    func padded(_ rule: AlertRule, _ window: TimeWindow, to count: Int64) throws -> [MetricGroup] {
        var query = rule.query(window, [rule.metric], now: now, isPast: false)
        query.paddedTo = count
        return try MetricsEngine.report(query, from: snapshot).groups
    }
}

extension AlertRule {
    /// What it asks of a window.
    func query(
        _ window: TimeWindow,
        _ metrics: [Metric],
        now: Timestamp,
        isPast: Bool
    ) -> MetricQuery {
        var query = MetricQuery(
            window: window,
            now: now,
            by: groupBy,
            filters: filters,
            metrics: metrics
        )
        query.precision = .rollups
        query.countsQuality = false
        query.coversOpenRequests = !isPast
        if let slowMillis { query.slowMicros = Int64((slowMillis * 1_000).rounded()) }
        return query
    }
}
