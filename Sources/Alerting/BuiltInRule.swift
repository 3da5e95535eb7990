import MetricsEngine

/// Rules that every store has: they say when the others cannot be trusted.
package enum BuiltInRule: String, Sendable, CaseIterable {
    /// The follower died, or hangs.
    case ingestStalled = "ingest_stalled"
    /// Nothing is logged any more at an hour that used to have events.
    case dataStale = "data_stale"
    /// Another rule cannot be evaluated.
    case ruleFailing = "rule_failing"

    /// What an alerts file may say of it.
    package static let keys = ["name", "enabled", "severity", "receivers", "repeat_every"]

    /// Whether all other rules have no data while it fires.
    package var silencesOthers: Bool { self != .ruleFailing }

    /// The rule as it is where nothing else is said.
    package var rule: AlertRule {
        AlertRule(
            name: rawValue,
            kind: .builtIn(self),
            metric: metric,
            comparison: self == .dataStale ? .below : .above,
            threshold: threshold,
            recover: nil,
            window: .minutes(60),
            filters: [],
            groupBy: [],
            minSamples: nil,
            forSeconds: 0,
            keepFiringForSeconds: 0,
            maxGapSeconds: 600,
            evalDelaySeconds: 0,
            onNoData: .keep,
            severity: .critical,
            summary: summary,
            description: nil,
            runbookURL: nil,
            slowMillis: nil,
            timezone: "UTC",
            isEnabled: true
        )
    }

    /// What it looks at, which is no metric of the catalog.
    private var metric: Metric {
        switch self {
        case .ingestStalled: Self.metric("heartbeat_age_seconds", unit: .seconds, kind: .value)
        case .dataStale: Self.metric("calls_in_the_last_hour", unit: .count, kind: .count)
        case .ruleFailing: Self.metric("failing_rules", unit: .count, kind: .count)
        }
    }

    private static func metric(_ name: String, unit: MetricUnit, kind: Statistic) -> Metric {
        Metric(
            name: name,
            level: .state,
            unit: unit,
            statistic: kind,
            title: name,
            worse: nil,
            summary: name
        )
    }

    private var threshold: Double {
        switch self {
        case .ingestStalled: 60
        case .dataStale: 1
        case .ruleFailing: 0
        }
    }

    private var summary: String {
        switch self {
        case .ingestStalled: "Logs are not read any more: all other alerts are blind"
        case .dataStale: "No events arrive, though at this hour there used to be some"
        case .ruleFailing: "{value} rules cannot be evaluated"
        }
    }

    /// Rules of a file or a table with those that are built in and not mentioned there, which come
    /// first.
    static func added(to rules: [AlertRule], besides broken: Set<String> = []) -> [AlertRule] {
        let names = Set(rules.map(\.name)).union(broken)
        return allCases.filter { !names.contains($0.rawValue) }.map(\.rule) + rules
    }
}
