package import AgentEvents
import Alerting
package import EventStorage
import MetricsEngine

/// Silences as they are written: `rule=NAME`, `severity=warning`, `agent=x`.
package enum SilenceExpression {
    /// Names that are labels of every alert.
    private static let common = ["rule", "severity"]
    private static let maxTextBytes = 1_000
    /// Ten years; a longer silence is a slip.
    private static let maxLength = 3_650 * Micros.day

    /// A silence that begins now.
    ///
    /// `length` is in microseconds.
    ///
    /// - Throws: `ParameterError` for what it cannot be.
    package static func silence(
        _ labels: [String],
        length: Int64,
        author: String,
        comment: String,
        rules: [ThresholdRow],
        now: Timestamp
    ) throws -> Silence {
        guard length > 0, length <= maxLength else {
            throw ParameterError("a silence lasts for a time above 0 and at most ten years")
        }
        for text in [author, comment] {
            let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 0x20 }
            guard isPlain, text.utf8.count <= maxTextBytes else {
                throw ParameterError(
                    "author and comment have at most \(maxTextBytes) bytes and no control characters"
                )
            }
        }
        return Silence(
            matchers: try matchers(labels, rules: rules),
            startsAt: now,
            endsAt: now + length,
            author: author,
            comment: comment
        )
    }

    /// The matchers of the arguments, all of which have to hold.
    ///
    /// - Throws: `ParameterError` where one is malformed, or where no stored rule can have such an
    ///   alert: the silence would silence nothing.
    private static func matchers(
        _ arguments: [String],
        rules rows: [ThresholdRow]
    ) throws -> [Silence.Matcher] {
        guard !arguments.isEmpty else {
            throw ParameterError("a silence needs what it silences, such as rule=NAME")
        }
        let set = RuleSet(rows)
        let matchers = try arguments.map { try matcher($0, set) }
        let names = Set(matchers.map(\.name))
        guard names.count == matchers.count else {
            throw ParameterError("a silence has each label once; all of them have to match")
        }
        guard set.rules.contains(where: { rule in matchers.allSatisfy { canMatch($0, rule) } })
        else {
            throw ParameterError("no rule has alerts with all of these labels")
        }
        return matchers
    }

    private static func matcher(_ text: String, _ set: RuleSet) throws -> Silence.Matcher {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, text.utf8.count <= maxTextBytes else {
            throw ParameterError("'\(SafeText.line(text, max: 100))' is not label=value")
        }
        let (name, value) = (String(parts[0]), String(parts[1]))
        let known = common + Dimension.allCases.filter { !$0.isTime }.map(\.rawValue)
        try check(name, among: known, what: "label")
        if name == "rule" { try check(value, among: set.rules.map(\.name), what: "rule") }
        if name == "severity" {
            try check(value, among: Severity.allCases.map(\.rawValue), what: "severity")
        }
        return Silence.Matcher(name, value == WhereExpression.none ? "" : value)
    }

    private static func check(_ word: String, among known: [String], what: String) throws {
        guard !known.contains(word) else { return }
        let nearest = NearestName.of(word, in: known)
        let hint =
            nearest.map { "did you mean \($0)?" } ?? "there are \(known.joined(separator: ", "))"
        throw ParameterError("there is no \(what) '\(SafeText.line(word, max: 100))'; \(hint)")
    }

    /// Whether alerts of a rule can have the label.
    private static func canMatch(_ matcher: Silence.Matcher, _ rule: AlertRule) -> Bool {
        switch matcher.name {
        case "rule": rule.name == matcher.value
        // A burn rate's severity is that of the pair that fires.
        case "severity": rule.isBurnRate || rule.severity.rawValue == matcher.value
        default: rule.groupBy.map(\.rawValue).contains(matcher.name)
        }
    }

    /// The matchers as they were written.
    package static func text(_ silence: Silence) -> String {
        silence.matchers.map { "\($0.name)=\($0.value.isEmpty ? WhereExpression.none : $0.value)" }
            .joined(separator: " ")
    }
}
