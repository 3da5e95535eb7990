import AgentEvents
import MetricsEngine

/// The windows that a rule looks at in one evaluation.
struct RuleWindows {
    /// Those that end now; the first is the one that is shown.
    var current: [TimeWindow]
    /// Those that the current one is compared with.
    var past: [TimeWindow] = []

    init(_ rule: AlertRule, now: Timestamp, zone: ZoneOffsets) {
        let window = rule.window.range(
            now: now,
            evalDelaySeconds: rule.evalDelaySeconds,
            zone: zone
        )
        current = [window]
        switch rule.kind {
        case .anomaly(let baseline): past = baseline.windows(before: window)
        case .burnRate:
            let lengths = Set(ErrorBudget.pairs.flatMap { [$0.longMinutes, $0.shortMinutes] })
            current += lengths.sorted().map { minutes in
                TimeWindow(since: window.until - minutes * Micros.minute, until: window.until)
            }.filter { $0 != window }
        case .threshold, .builtIn: break
        }
    }
}
