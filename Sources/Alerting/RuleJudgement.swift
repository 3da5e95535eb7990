import EventStorage
import MetricsEngine

/// Judges one value of one group: the part of an evaluation that needs no store.
struct RuleJudgement {
    let rule: AlertRule
    let value: MetricValue
    /// Whether the window holds units that the metric is about.
    let hasUnits: Bool
    /// The value with the missing samples of a quantile added as 0.
    let padded: () throws -> MetricValue?
    /// What is compared with the threshold, made of the value; `nil` is the value itself.
    var score: ((Double) -> Double)?
    /// Whether large values of the metric are the bad ones; `nil` is as the comparison says.
    var badIsLarge: Bool?

    /// The result with its reason, where the numbers do not say it.
    func result() throws -> (Judgement, reason: String?) {
        guard hasUnits else { return (.noData, "nothing in the window") }
        let number = value.value?.double
        guard let needed = rule.neededSamples else {
            guard let number else { return (.insufficient, "no value") }
            return (judged(number), nil)
        }
        let count = "\(value.n) of \(needed) samples"
        guard let number, value.n > 0 else { return (.insufficient, count) }
        if value.n >= needed { return (judged(number), nil) }
        guard let number = try paddedValue(number, needed) else { return (.insufficient, count) }
        return judged(number) == .breach
            ? (.breach, "\(count), and breached even if the missing ones are good")
            : (.insufficient, count)
    }

    private func judged(_ number: Double) -> Judgement {
        rule.comparison.holds(score?(number) ?? number, rule.threshold) ? .breach : .fine
    }

    private var isUpward: Bool { badIsLarge ?? rule.comparison.isUpward }

    /// The value if every missing sample were good; `nil` where that cannot be told.
    private func paddedValue(_ number: Double, _ needed: Int64) throws -> Double? {
        let n = Double(value.n)
        let missing = Double(needed - value.n)
        switch rule.metric.statistic {
        case .ratio:
            let good = isUpward ? 0 : missing
            return (Self.wholeIfNear(number * n) + good) / Double(needed)
        case .mean: return isUpward ? number * n / Double(needed) : nil
        case .quantile: return isUpward ? try padded()?.value?.double : nil
        // Zeros do not change the largest of what is there.
        case .max, .value: return isUpward ? number : nil
        case .count, .sum: return number
        }
    }

    /// A share times its `n` is a whole number but for the rounding of the division.
    private static func wholeIfNear(_ part: Double) -> Double {
        abs(part - part.rounded()) < 1e-9 * max(1, part) ? part.rounded() : part
    }
}
