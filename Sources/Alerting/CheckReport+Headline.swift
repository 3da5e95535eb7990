import AgentEvents
import EventStorage

extension CheckReport {
    /// Why the status is what it is, and which rules could not be judged.
    var headline: String {
        let lead = leading.map { firing in
            firing.value == nil
                ? "\(firing.condition) \(firing.reason ?? "no data")" : firing.condition
        }
        var text = lead ?? summary
        let others = counts(besides: leading)
        if !others.isEmpty { text += " [\(others)]" }
        let unjudged = results.filter { $0.result == .insufficient }.map(\.name)
        if !unjudged.isEmpty { text += "; too few samples: \(Self.listed(unjudged))" }
        return text
    }

    /// The result that the status is about, where that is a firing rule.
    private var leading: RuleResult? {
        let severity: Severity
        switch status {
        case .critical: severity = .critical
        case .warning: severity = .warning
        case .ok, .unknown: return nil
        }
        return results.first { isLeading($0, severity) }
    }

    private func isLeading(_ result: RuleResult, _ severity: Severity) -> Bool {
        result.state.isFiring && result.severity == severity
            && result.name != BuiltInRule.ruleFailing.rawValue
    }

    /// What there is to say where no firing rule leads.
    private var summary: String {
        if judged.isEmpty { return "no rule is enabled" }
        if let error = results.first(where: { $0.result == .error }) {
            let reason = SafeText.part(error.reason ?? "no reason", max: 500)
            return "rule \(SafeText.part(error.name)): \(reason)"
        }
        let noData = judged.filter { $0.result == .noData }
        if noData.count == judged.count { return "no data for \(Self.rules(noData.count))" }
        let fine = "\(judged.count { $0.result == .fine }) of \(Self.rules(judged.count)) fine"
        return noData.isEmpty ? fine : "\(fine), no data: \(Self.listed(noData.map(\.name)))"
    }

    /// The other firing rules as `+1 critical, +2 warning`.
    private func counts(besides leading: RuleResult?) -> String {
        let firing = results.filter {
            $0.state.isFiring && $0.name != BuiltInRule.ruleFailing.rawValue
        }
        var counts = [Severity.critical, .warning, .info].map { severity in
            let all = firing.count { $0.severity == severity }
            return (severity.rawValue, all - (leading?.severity == severity ? 1 : 0))
        }
        let errors = results.count { $0.result == .error }
        let isLed = leading == nil && errors > 0
        counts.append(("error", errors - (isLed ? 1 : 0)))
        return counts.filter { $0.1 > 0 }.map { "+\($0.1) \($0.0)" }.joined(separator: ", ")
    }

    private static func rules(_ count: Int) -> String { count == 1 ? "1 rule" : "\(count) rules" }

    /// The first five names, each once.
    private static func listed(_ names: [String]) -> String {
        var distinct: [String] = []
        for name in names where !distinct.contains(name) { distinct.append(name) }
        let shown = distinct.prefix(5).map { SafeText.part($0) }.joined(separator: ", ")
        return distinct.count > 5 ? "\(shown) and \(distinct.count - 5) more" : shown
    }
}
