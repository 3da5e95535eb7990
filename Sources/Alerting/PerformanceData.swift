import AgentEvents
import EventStorage
import MetricsEngine

/// Values with their thresholds, as monitoring plugins print them behind the `|`:
/// `label=value[unit];warn;crit;min;max`.
enum PerformanceData {
    /// Monitoring systems cut long lines; more values than this are left out.
    private static let maxParts = 100

    /// An entry for each result that has a value, or would have one.
    static func text(_ results: [RuleResult]) -> String {
        results.filter { $0.result != .error }.prefix(maxParts).map(entry).joined(separator: " ")
    }

    private static func entry(_ result: RuleResult) -> String {
        let isShare = result.known?.statistic == .ratio && result.score == nil
        let fields = [
            "\(label(result))=\(value(result))",
            result.severity == .warning ? range(result) : "",
            result.severity == .critical ? range(result) : "",
            "0", isShare ? "1" : "",
        ]
        var text = fields.joined(separator: ";")
        while text.hasSuffix(";") { text.removeLast() }
        return text
    }

    private static func value(_ result: RuleResult) -> String {
        if let score = result.score { return NumberText.plain(score) }
        guard let value = result.value else { return "U" }
        let number = NumberText.plain(value.double)
        switch result.known?.unit {
        case .ms: return number + "ms"
        case .seconds: return number + "s"
        case .count, .ratio, .usd, .tokens, .tokensPerSecond, nil: return number
        }
    }

    /// The range that is no alert: `t` is 0 to t, `t:` is t and above.
    private static func range(_ result: RuleResult) -> String {
        let threshold = NumberText.plain(result.threshold)
        return Comparison(rawValue: result.op)?.isUpward == false ? "\(threshold):" : threshold
    }

    private static func label(_ result: RuleResult) -> String {
        let parts = [result.name] + result.group.map { $0.value ?? "(none)" }
        let text = parts.map { SafeText.part($0, without: "='") }.joined(separator: "/")
        let isPlain = text.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                || "_-./".utf8.contains($0)
        }
        return isPlain ? text : "'\(text)'"
    }
}
