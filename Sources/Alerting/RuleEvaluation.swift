import AgentEvents
import EventStorage
import MetricsEngine

/// Judges one rule in all its groups.
struct RuleEvaluation {
    /// The maximum number of groups of a rule; with more, the rule reports an error and judges
    /// these.
    static let maxGroups = 1_000
    static let nothing = "nothing in the window"

    let rule: AlertRule
    let windows: RuleWindows
    let answers: any RuleAnswers

    private var window: TimeWindow { windows.current[0] }

    /// The results by group; one without a group where there is no data.
    ///
    /// - Throws: what the answers throw.
    func results() throws -> [RuleResult] {
        let groups = try answers.groupsWithUnits(rule, window)
        guard !groups.isEmpty else {
            return [RuleResult(rule, window: window, noData: Self.nothing)]
        }
        let judged = Array(groups.prefix(Self.maxGroups))
        var results: [RuleResult]
        switch rule.kind {
        case .threshold, .builtIn: results = try threshold(judged)
        case .anomaly(let baseline): results = try anomalies(judged, baseline)
        case .burnRate(let budget):
            results = try BurnRateEvaluation(
                rule: rule,
                budget: budget,
                windows: windows,
                answers: answers
            ).results(judged)
        }
        if groups.count > Self.maxGroups {
            let reason = "\(groups.count) groups; only the first \(Self.maxGroups) are judged"
            results.append(RuleResult(rule, window: window, error: reason))
        }
        return results
    }

    private func threshold(_ groups: [MetricGroup]) throws -> [RuleResult] {
        let padding = PaddedQuantiles(rule, window, answers)
        return try groups.map { group in
            let value = group.value(of: rule.metric) ?? .unknown
            let judgement = RuleJudgement(
                rule: rule,
                value: value,
                hasUnits: true,
                padded: { try padding.value(of: group.key) }
            )
            return RuleResult(rule, window: window, group.key, value, try judgement.result())
        }
    }

    private func anomalies(
        _ groups: [MetricGroup],
        _ baseline: AnomalyBaseline
    ) throws -> [RuleResult] {
        let points = try pastValues()
        let padding = PaddedQuantiles(rule, window, answers)
        return try groups.map { group in
            let value = group.value(of: rule.metric) ?? .unknown
            let past = points[group.key] ?? []  // a new group has no past
            guard past.count >= AnomalyBaseline.leastPoints else {
                let reason =
                    "\(past.count) of \(AnomalyBaseline.leastPoints) past windows to compare with"
                return RuleResult(rule, window: window, group.key, value, (.insufficient, reason))
            }
            let score = AnomalyScore(past, minChange: baseline.minChange)
            guard score.divisor > 0 else {
                let reason = "all \(past.count) past windows are 0"
                return RuleResult(rule, window: window, group.key, value, (.insufficient, reason))
            }
            let judgement = RuleJudgement(
                rule: rule,
                value: value,
                hasUnits: true,
                padded: { try padding.value(of: group.key) },
                score: score.z
            )
            var judged = try judgement.result()
            judged.reason = judged.reason ?? words(score)
            let z = value.value.map { score.z($0.double) }
            return RuleResult(rule, window: window, group.key, value, judged, score: z)
        }
    }

    private func words(_ score: AnomalyScore) -> String {
        let median = NumberText.pair(score.median, threshold: score.median, unit: rule.metric.unit)
            .value
        return "the median of \(score.points) past windows is \(median)"
    }

    /// The values of past windows with enough samples, by group.
    private func pastValues() throws -> [[KeyValue]: [Double]] {
        var points: [[KeyValue]: [Double]] = [:]
        let needed = rule.neededSamples ?? 0  // totals need none
        for past in windows.past {
            for group in try answers.groupsWithUnits(rule, past, isPast: true) {
                let value = group.value(of: rule.metric) ?? .unknown
                guard let number = value.value?.double, value.n >= needed else { continue }
                points[group.key, default: []].append(number)
            }
        }
        return points
    }
}
