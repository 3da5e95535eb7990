import AgentEvents
import EventStorage
import MetricsEngine
import Rollups

/// Judges the built-in rules, which look at the store and at other rules.
struct BuiltInEvaluation {
    let now: Timestamp
    /// The newest event of the store, if it has one.
    let newest: Timestamp?

    /// Whether the follower died or hangs.
    ///
    /// Its row has a pid from the moment that it takes its lock to a clean stop. A store that nobody
    /// follows into has nothing that could stall.
    func ingestStalled(_ rule: AlertRule, _ following: FollowState?) -> RuleResult {
        guard let heartbeat = following?.heartbeat else {
            return RuleResult(rule, window: nil, noData: "nothing follows logs into this store")
        }
        var rule = rule
        let seconds = Double(Micros.second)
        rule.threshold = max(60, Double(3 * (heartbeat.poll ?? 0)) / seconds)  // 0: not known
        let age = Double(now.micros - heartbeat.lookedAt.micros) / seconds
        let isOver = age > rule.threshold
        let reason = "the follower (process \(heartbeat.pid)) last looked \(Int64(age)) s ago"
        return result(
            rule,
            value: max(0, age),
            judgement: isOver ? .breach : .fine,
            reason: isOver ? reason : nil
        )
    }

    /// Whether nothing was logged in the last hour, though there was something in the same hour of
    /// yesterday and of a week ago.
    ///
    /// `counts`: the calls and retries of whole minutes in a window.
    func dataStale(
        _ rule: AlertRule,
        counts: (TimeWindow) throws -> Int64
    ) throws -> RuleResult {
        guard let newest else {
            return RuleResult(rule, window: nil, noData: "the store has no events")
        }
        let until = now.flooredToMinute
        let hour = TimeWindow(since: until - Micros.hour, until: until)
        var count = try counts(hour)
        // Other events than calls, and those of the minute that has begun.
        if count == 0, newest >= hour.since, newest <= now { count = 1 }
        guard count == 0 else {
            return result(rule, value: Double(count), judgement: .fine, reason: nil, window: hour)
        }
        for (days, name) in [(Int64(1), "yesterday"), (7, "a week ago")] {
            let shift = days * Micros.day
            let before = TimeWindow(since: hour.since - shift, until: hour.until - shift)
            guard try counts(before) == 0 else { continue }
            let reason = "no events in the last hour, and none in the same hour \(name)"
            return result(rule, value: 0, judgement: .fine, reason: reason, window: hour)
        }
        let reason = "no events in the last hour; yesterday and a week ago there were some"
        return result(rule, value: 0, judgement: .breach, reason: reason, window: hour)
    }

    /// Whether other rules could not be evaluated.
    func ruleFailing(_ rule: AlertRule, _ others: [RuleResult]) -> RuleResult {
        let failing = others.filter { $0.result == .error }
        let names = Set(failing.map(\.name)).sorted()
        guard !names.isEmpty else { return result(rule, value: 0, judgement: .fine, reason: nil) }
        let shown = names.prefix(5).map { SafeText.part($0) }.joined(separator: ", ")
        let more = names.count > 5 ? " and \(names.count - 5) more" : ""
        return result(rule, value: Double(names.count), judgement: .breach, reason: shown + more)
    }

    private func result(
        _ rule: AlertRule,
        value: Double,
        judgement: Judgement,
        reason: String?,
        window: TimeWindow? = nil
    ) -> RuleResult {
        let isCount = rule.metric.statistic == .count
        let number: MetricNumber = isCount ? .integer(Int64(value)) : .real(value)
        let answer = MetricValue(number, n: 1)
        return RuleResult(rule, window: window, [], answer, (judgement, reason))
    }
}
