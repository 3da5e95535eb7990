package import AgentEvents
import EventStorage

/// What `check` says; the raw values are the words of its JSON.
package enum CheckStatus: String, Sendable, CaseIterable {
    case ok
    case warning
    case critical
    case unknown

    /// The exit code of monitoring plugins.
    package var exitCode: Int32 {
        switch self {
        case .ok: 0
        case .warning: 1
        case .critical: 2
        case .unknown: 3
        }
    }
}

/// The outcome of one check over all rules.
package struct CheckReport: Sendable {
    package var now: Timestamp
    package var newestEvent: Timestamp?
    /// A result for each rule and group, in the order of the rules.
    package var results: [RuleResult]
    /// Whether the states are those of alerts with memory.
    package var isStateful = false

    /// The worst that is known.
    ///
    /// `rule_failing` is left out: what it tells are the errors, which have a status of their own.
    /// A built-in rule in good order is no data either.
    ///
    /// A firing critical, then an error (it may hide one), then a firing warning, then that no rule
    /// has data. Too few samples count as OK; `info` changes nothing.
    package var status: CheckStatus {
        let counted = results.filter { $0.name != BuiltInRule.ruleFailing.rawValue }
        let firing = Set(counted.filter(\.state.isFiring).map(\.severity))
        if firing.contains(.critical) { return .critical }
        if results.contains(where: { $0.result == .error }) { return .unknown }
        if firing.contains(.warning) { return .warning }
        // Also where there is no rule at all.
        return judged.allSatisfy { $0.result == .noData } ? .unknown : .ok
    }

    /// The results of rules that are not built in.
    package var judged: [RuleResult] { results.filter { BuiltInRule(rawValue: $0.name) == nil } }

    /// What the process ends with.
    package var exitCode: Int32 { status.exitCode }

    /// The first line of `check`, as monitoring plugins write it; always one line.
    ///
    /// Status and reason, the age of the newest event, and behind `|` values with thresholds.
    package var statusLine: String {
        let memory =
            isStateful ? "with memory of earlier checks" : "stateless: for is ignored, keep is ok"
        let parts = [headline, age, memory]
        let line = "AGENTWATCH \(status.rawValue.uppercased()) - " + parts.joined(separator: "; ")
        let data = PerformanceData.text(results)
        return data.isEmpty ? line : "\(line) | \(data)"
    }

    /// How old the newest event is.
    private var age: String {
        guard let newestEvent else { return "no events" }
        let seconds = (now.micros - newestEvent.micros) / Micros.second
        guard seconds >= 0 else { return "newest event is stamped \(-seconds) s after now" }
        let units: [(name: String, seconds: Int64)] = [("d", 86_400), ("h", 3_600), ("min", 60)]
        for unit in units where seconds >= 2 * unit.seconds {
            return "newest event \(seconds / unit.seconds) \(unit.name) ago"
        }
        return "newest event \(seconds) s ago"
    }
}
