package import AgentEvents
package import EventStorage
package import MetricsEngine

/// Evaluates rules once, without memory: what a window holds now is all that counts.
///
/// `for` and `keep_firing_for` are ignored, and `on_no_data: keep` is `ok`. An error in one rule is
/// the result of that rule and stops no other.
package enum StatelessCheck {
    /// Judges every enabled rule in every group.
    ///
    /// - Parameters:
    ///   - rules: those that could be read, disabled ones included; built-in ones are judged where they
    ///     are among them.
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
            return (rule, offsets.map { RuleWindows(rule, now: now, zone: $0) })
        }
        let known = enabled.compactMap { rule, windows in windows.map { (rule, $0) } }
        let answers = MetricAnswers(
            known.filter { $0.0.builtIn == nil },
            now: now,
            storeIsEmpty: newest == nil,
            snapshot
        )
        let cycle = EvaluationCycle(
            rules: enabled,
            broken: broken,
            answers: answers,
            builtIns: BuiltInEvaluation(now: now, newest: newest),
            following: snapshot.following,
            calls: snapshot.callsAndRetries
        )
        return CheckReport(now: now, newestEvent: newest, results: cycle.results())
    }
}
