package import AgentEvents
package import Alerting
package import MetricsEngine

/// What the options of `check` change in the rules before they are judged.
package struct RuleNarrowing {
    private var by: [Dimension]
    private var filters: [MetricFilter]
    private var zone: String?
    private var now: Timestamp
    private var since: Timestamp?
    private var until: Timestamp?

    /// - Throws: `ParameterError`
    package init(_ query: QueryParameters, now: Timestamp) throws {
        by = try query.dimensions
        filters = try query.filters
        zone = query.zone?.name
        self.now = now
        let window = try query.window(now: now)
        since = query.since == nil ? nil : window.since
        until = query.until == nil ? nil : window.until
    }

    /// The rules as they are to be judged, and those that the options make no sense for.
    package func applied(to set: RuleSet) -> (kept: RuleSet, leftOut: [LeftOut]) {
        var kept: [AlertRule] = []
        var leftOut: [LeftOut] = []
        for rule in set.rules where rule.isEnabled {
            // They look at no units.
            guard rule.builtIn == nil else {
                kept.append(rule)
                continue
            }
            let asked = by + filters.map(\.dimension)
            if let missing = asked.first(where: { !rule.metric.carries($0) }) {
                leftOut.append(LeftOut(metric: rule.name, reason: rule.metric.whyNot(missing)))
            } else {
                kept.append(narrowed(rule))
            }
        }
        return (RuleSet(kept, broken: set.broken), leftOut)
    }

    private func narrowed(_ rule: AlertRule) -> AlertRule {
        var rule = rule
        if !by.isEmpty { rule.groupBy = by }
        if let zone { rule.timezone = zone }
        for filter in filters { rule.filters = Self.merged(rule.filters, filter) }
        if let until {
            rule.evalDelaySeconds = (now.micros - until.micros) / Micros.second
        }
        // A burn rate has pairs of windows of its own.
        if let since, !rule.isBurnRate {
            let end = (now - rule.evalDelaySeconds * Micros.second).flooredToMinute
            let length = end.micros - since.micros
            // A window without a start reaches back to before every event.
            let most = (end.micros - Timestamp.earliestAccepted.micros) / Micros.minute
            let minutes = (length + Micros.minute - 1) / Micros.minute
            rule.window = .minutes(max(1, min(minutes, most)))
        }
        return rule
    }

    /// Both conditions hold: values of one dimension are those that both name.
    private static func merged(_ own: [MetricFilter], _ added: MetricFilter) -> [MetricFilter] {
        var merged = own
        if let index = merged.firstIndex(where: { $0.dimension == added.dimension }) {
            merged[index].values = merged[index].values.filter(added.values.contains)
        } else {
            merged.append(added)
        }
        return merged
    }
}
