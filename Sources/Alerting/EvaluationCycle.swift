import AgentEvents
import EventStorage

/// All rules judged at one moment: first those that say whether the others can be judged at all.
struct EvaluationCycle {
    /// The rules with their windows; without windows where the time zone is not known.
    let rules: [(rule: AlertRule, windows: RuleWindows?)]
    let broken: [BrokenRule]
    let answers: any RuleAnswers
    let builtIns: BuiltInEvaluation
    let following: () throws -> FollowState?
    /// How many calls and retries the whole minutes of a window hold.
    let calls: (TimeWindow) throws -> Int64

    /// The results in the order of the rules, broken ones last.
    ///
    /// An error in one rule is the result of that rule and stops no other.
    func results() -> [RuleResult] {
        let early = Dictionary(
            uniqueKeysWithValues: rules.enumerated().compactMap { index, entry in
                entry.rule.builtIn?.silencesOthers == true
                    ? (index, [judgedEarly(entry.rule)]) : nil
            }
        )
        let silencing = early.sorted { $0.key < $1.key }.flatMap { $0.value }
            .first { $0.state == .firing }
        var results = rules.enumerated().map { index, entry in
            early[index] ?? judged(entry.rule, windows: entry.windows, silencing: silencing)
        }
        let others = results.flatMap { $0 } + broken.map(RuleResult.init)
        for (index, entry) in rules.enumerated() where entry.rule.builtIn == .ruleFailing {
            results[index] = [builtIns.ruleFailing(entry.rule, others)]
        }
        return results.flatMap { $0 } + broken.map(RuleResult.init)
    }

    /// A built-in rule that others depend on.
    private func judgedEarly(_ rule: AlertRule) -> RuleResult {
        do {
            return rule.builtIn == .ingestStalled
                ? builtIns.ingestStalled(rule, try following())
                : try builtIns.dataStale(rule, counts: calls)
        } catch {
            return RuleResult(rule, window: nil, error: "\(error)")
        }
    }

    private func judged(
        _ rule: AlertRule,
        windows: RuleWindows?,
        silencing: RuleResult?
    ) -> [RuleResult] {
        // Comes last, when all others are known.
        guard rule.builtIn == nil else { return [] }
        guard let windows else {
            let reason = "the time zone \(JSONText.quoted(rule.timezone)) is not known"
            return [RuleResult(rule, window: nil, error: reason)]
        }
        if let silencing {
            return [
                RuleResult(rule, window: windows.current[0], noData: "\(silencing.name) fires")
            ]
        }
        do {
            return try RuleEvaluation(rule: rule, windows: windows, answers: answers).results()
        } catch {
            return [RuleResult(rule, window: windows.current[0], error: "\(error)")]
        }
    }
}
