/// What a rule holds its metric against.
package enum RuleKind: Sendable, Hashable {
    /// A number.
    case threshold
    /// What the metric was at the same time of earlier days.
    case anomaly(AnomalyBaseline)
    /// What is left of an error budget.
    case burnRate(ErrorBudget)
    /// No metric: whether the alerts themselves can be trusted.
    case builtIn(BuiltInRule)
}

/// The types of rules that an alerts file knows.
enum RuleType: String, CaseIterable {
    case threshold
    case anomaly
    case burnRate = "burn_rate"

    /// What a rule of this type cannot have, with what to do instead.
    var foreignKeys: [(key: String, hint: String)] {
        let ofAnomalies = ["baseline", "min_change"].map {
            ($0, "it belongs to rules with \"type\": \"anomaly\"")
        }
        let ofBudgets = ["objective", "period"].map {
            ($0, "it belongs to rules with \"type\": \"burn_rate\"")
        }
        switch self {
        case .threshold: return ofAnomalies + ofBudgets
        case .anomaly: return ofBudgets
        case .burnRate:
            let fixed = [
                ("op", "the objective takes its place"), ("threshold", "write an objective"),
                ("recover", "it recovers when no pair of windows burns too fast"),
                ("window", "it has pairs of windows of its own"),
                ("severity", "the pair of windows that burns too fast decides it"),
            ]
            return ofAnomalies + fixed
        }
    }
}
