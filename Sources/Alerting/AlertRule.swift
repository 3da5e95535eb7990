package import MetricsEngine

/// A rule that was found to make sense: its metric exists, carries its dimensions, and can fire.
package struct AlertRule: Sendable {
    package var name: String
    package var kind = RuleKind.threshold
    package var metric: Metric
    package var comparison: Comparison
    /// The threshold in the metric's unit; of an anomaly a z-score, of a burn rate the factor of
    /// its first pair of windows.
    package var threshold: Double
    /// What a firing rule has to meet to recover, where that is not the threshold.
    package var recover: Double?
    package var window: AlertWindow
    /// The filters in the order of the file.
    package var filters: [MetricFilter]
    package var groupBy: [Dimension]
    /// `nil` is the metric's default; counts and sums have none.
    package var minSamples: Int64?
    package var forSeconds: Int64
    package var keepFiringForSeconds: Int64
    package var maxGapSeconds: Int64
    package var evalDelaySeconds: Int64
    package var onNoData: NoDataAction
    package var severity: Severity
    package var summary: String?
    package var description: String?
    package var runbookURL: String?
    /// The latency above which a request counts as slow for `slow_request_rate`, in milliseconds.
    package var slowMillis: Double?
    /// Where `day` and `month` begin.
    package var timezone: String
    package var isEnabled: Bool
    /// Whom it tells; `nil` is everybody, and an empty list nobody.
    package var receivers: [String]?
    package var repeatEverySeconds: Int64 = 4 * 3_600

    /// The built-in rule that it is.
    package var builtIn: BuiltInRule? {
        if case .builtIn(let builtIn) = kind { builtIn } else { nil }
    }

    /// Whether it looks at pairs of windows of its own.
    package var isBurnRate: Bool {
        if case .burnRate = kind { true } else { false }
    }

    /// How many samples a judgement needs without padding; `nil` for counts and sums.
    package var neededSamples: Int64? {
        switch metric.statistic {
        case .count, .sum: nil
        case .max, .value: minSamples ?? 1
        case .ratio, .mean, .quantile: minSamples ?? 20
        }
    }
}

/// How a value is compared with a threshold.
package enum Comparison: String, Sendable, CaseIterable {
    case above = ">"
    case atLeast = ">="
    case below = "<"
    case atMost = "<="

    /// Whether the value breaches the threshold.
    package func holds(_ value: Double, _ threshold: Double) -> Bool {
        switch self {
        case .above: value > threshold
        case .atLeast: value >= threshold
        case .below: value < threshold
        case .atMost: value <= threshold
        }
    }

    /// Whether large values are the bad ones.
    package var isUpward: Bool { self == .above || self == .atLeast }
}

/// What becomes of a rule whose window holds nothing.
package enum NoDataAction: String, Sendable, CaseIterable {
    case ok
    case alert
    case keep
}

/// How bad a firing rule is; the order is that of `check`'s exit codes.
package enum Severity: String, Sendable, CaseIterable {
    case info
    case warning
    case critical
}
