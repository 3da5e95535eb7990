import AgentEvents
import EventStorage
import MetricsEngine

/// Judges how fast a rule's error budget burns, pair of windows by pair.
struct BurnRateEvaluation {
    let rule: AlertRule
    let budget: ErrorBudget
    let windows: RuleWindows
    let answers: any RuleAnswers

    /// One pair in one group.
    private struct Finding {
        var pair: ErrorBudget.Pair
        var judged: (result: Judgement, reason: String?)
        var value: MetricValue
        var window: TimeWindow

        /// Breaches first, in the order of the pairs; then what could not be told.
        var rank: Int {
            switch judged.result {
            case .breach: 0
            case .insufficient, .error: 1
            case .fine: 2
            case .noData: 3
            }
        }
    }

    /// `groups`: those of the longest window, which holds the others.
    func results(_ groups: [MetricGroup]) throws -> [RuleResult] {
        var values: [Int64: [[KeyValue]: MetricValue]] = [:]
        for window in windows.current {
            let found = try answers.groupsWithUnits(rule, window)
            values[length(window)] = Dictionary(
                uniqueKeysWithValues: found.map { ($0.key, $0.value(of: rule.metric) ?? .unknown) }
            )
        }
        return try groups.map { group in
            let findings = try ErrorBudget.pairs.map { pair in
                try finding(
                    pair,
                    long: values[pair.longMinutes]?[group.key],
                    short: values[pair.shortMinutes]?[group.key]
                )
            }
            return result(findings, group.key)
        }
    }

    private func length(_ window: TimeWindow) -> Int64 {
        (window.until.micros - window.since.micros) / Micros.minute
    }

    private func finding(
        _ pair: ErrorBudget.Pair,
        long: MetricValue?,
        short: MetricValue?
    ) throws -> Finding {
        let both = try [long, short].map { try judge($0, pair) }
        let judged: (result: Judgement, reason: String?)
        if let fine = both.first(where: { $0.result == .fine }) {
            judged = fine
        } else if both.allSatisfy({ $0.result == .breach }) {
            judged = (.breach, words(pair, short))
        } else {
            // The short window lies in the long one: where that is empty, so is this.
            judged = both[0].result == .breach ? (.insufficient, both[1].reason) : both[0]
        }
        let until = windows.current[0].until
        let window = TimeWindow(since: until - pair.longMinutes * Micros.minute, until: until)
        return Finding(
            pair: pair,
            judged: judged,
            value: long ?? MetricValue(nil, n: 0),
            window: window
        )
    }

    private func judge(
        _ value: MetricValue?,
        _ pair: ErrorBudget.Pair
    ) throws -> (result: Judgement, reason: String?) {
        try RuleJudgement(
            rule: rule(of: pair),
            value: value ?? MetricValue(nil, n: 0),
            hasUnits: value != nil,
            padded: { nil },
            score: { budget.burn($0, of: rule.metric) },
            badIsLarge: !rule.metric.isGoodShare
        ).result()
    }

    /// The rule with what a pair makes of it.
    private func rule(of pair: ErrorBudget.Pair) -> AlertRule {
        var judged = rule
        judged.threshold = budget.factor(pair)
        judged.severity = pair.severity
        return judged
    }

    private func words(_ pair: ErrorBudget.Pair, _ short: MetricValue?) -> String {
        let rate = short?.value.map { NumberText.short(budget.burn($0.double, of: rule.metric)) }
        let names = [pair.longMinutes, pair.shortMinutes].map { TimeLength.text($0 * 60) }
        return "over \(names[0]) and \(names[1]), \(rate ?? "unknown") in the latter"
    }

    /// That of the most urgent pair that says the most.
    private func result(_ findings: [Finding], _ key: [KeyValue]) -> RuleResult {
        // `min` takes the first of equals.
        let found = findings.min { $0.rank < $1.rank } ?? findings[0]
        let burn = found.value.value.map { budget.burn($0.double, of: rule.metric) }
        return RuleResult(
            rule(of: found.pair),
            window: found.window,
            key,
            found.value,
            found.judged,
            score: burn
        )
    }
}
