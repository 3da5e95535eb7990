package import AgentEvents
package import EventStorage
package import MetricsEngine

/// Evaluates rules once, without memory: what a window holds now is all that counts.
///
/// `for` and `keep_firing_for` are ignored, and `on_no_data: keep` is `ok`. An error in one rule is
/// the result of that rule and stops no other.
package enum StatelessCheck {
    /// More groups than this are an error of the rule, which still judges so many.
    static let mostGroups = 1_000

    /// Judges every enabled rule in every group.
    ///
    /// - Parameters:
    ///   - rules: those that could be read, disabled ones included.
    ///   - broken: stored rules that could not; each is an error of the report.
    ///   - now: the moment of the check.
    ///   - zone: looks a time zone up by its name.
    ///   - snapshot: the store as it is.
    /// - Returns: the results in the order of the rules, broken ones last.
    /// - Throws: what the store throws when it is asked for its newest event.
    package static func evaluate(
        rules: [AlertRule],
        broken: [BrokenRule] = [],
        now: Timestamp,
        zone: (String) -> ZoneOffsets?,
        snapshot: any StoreSnapshot
    ) throws -> CheckReport {
        let newest = try snapshot.newestEvent()
        let enabled = rules.filter(\.isEnabled).map { rule in
            let offsets = rule.timezone == "UTC" ? .utc : zone(rule.timezone)
            return (rule, offsets.map { window(of: rule, now: now, zone: $0) })
        }
        let known = enabled.compactMap { rule, window in window.map { (rule, $0) } }
        var answers = MetricAnswers(known, now: now, snapshot)
        var results: [RuleResult] = []
        for (rule, window) in enabled {
            guard let window else {
                let reason = "the time zone \(JSONNode.quoted(rule.timezone)) is not known"
                results.append(RuleResult(rule, window: nil, error: reason))
                continue
            }
            do {
                results += try judge(rule, window, &answers, storeIsEmpty: newest == nil)
            } catch {
                results.append(RuleResult(rule, window: window, error: "\(error)"))
            }
        }
        results += broken.map(RuleResult.init)
        return CheckReport(now: now, newestEvent: newest, results: results)
    }

    private static func window(
        of rule: AlertRule,
        now: Timestamp,
        zone: ZoneOffsets
    ) -> TimeWindow {
        rule.window.range(now: now, evalDelaySeconds: rule.evalDelaySeconds, zone: zone)
    }

    private static func judge(
        _ rule: AlertRule,
        _ window: TimeWindow,
        _ answers: inout MetricAnswers,
        storeIsEmpty: Bool
    ) throws -> [RuleResult] {
        let report = try answers.report(rule, window)
        if let reason = report.leftOut.first(where: { $0.metric == rule.metric.name })?.reason {
            return [RuleResult(rule, window: window, error: reason)]
        }
        let groups = report.groups.filter {
            MetricAnswers.hasUnits(rule.metric, in: $0, storeIsEmpty: storeIsEmpty)
        }
        guard !groups.isEmpty else { return [try RuleResult(rule, window: window, judged: nil)] }
        let padding = PaddedQuantiles(rule, window, answers)
        var results = try groups.prefix(mostGroups).map { group in
            try RuleResult(rule, window: window, judged: (group, padding))
        }
        if groups.count > mostGroups {
            let reason = "\(groups.count) groups; only the first \(mostGroups) are judged"
            results.append(RuleResult(rule, window: window, error: reason))
        }
        return results
    }
}
