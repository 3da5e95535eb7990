package import MetricsEngine

/// How much may go wrong over a period, for a rule that fires when that is used up too fast.
package struct ErrorBudget: Sendable, Hashable {
    /// The share that should be good, above 0 and below 1.
    package var objective: Double
    package var periodSeconds: Int64

    package init(objective: Double, periodSeconds: Int64) {
        self.objective = objective
        self.periodSeconds = periodSeconds
    }

    /// Two windows that must both burn too fast: the long one shows that it matters, the short one
    /// that it still goes on.
    struct Pair {
        var longMinutes: Int64
        var shortMinutes: Int64
        /// The share of the budget that is used up in the long window at this speed.
        var share: Double
        var severity: Severity
    }

    /// Those of Google's SRE workbook, chapter 5, the most urgent first.
    static let pairs = [
        Pair(longMinutes: 60, shortMinutes: 5, share: 0.02, severity: .critical),
        Pair(longMinutes: 360, shortMinutes: 30, share: 0.05, severity: .critical),
        Pair(longMinutes: 4_320, shortMinutes: 360, share: 0.10, severity: .warning),
    ]

    static let maxWindow = AlertWindow.minutes(4_320)

    /// How many times faster than evenly over the period the budget must burn for a pair to fire.
    func factor(_ pair: Pair) -> Double {
        pair.share * Double(periodSeconds) / Double(pair.longMinutes * 60)
    }

    /// How fast a value of the metric burns the budget; 1 uses it up in exactly the period.
    func burn(_ value: Double, of metric: Metric) -> Double {
        let bad = metric.isGoodShare ? 1 - value : value
        return bad / (1 - objective)
    }
}

extension Metric {
    /// Whether a share is the one of what went well.
    package var isGoodShare: Bool {
        ["tool_success_rate", "task_completion_rate", "cache_hit_ratio"].contains(name)
    }
}
