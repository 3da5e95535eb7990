import AgentEvents
import Alerting
import EventStorage
import MetricsEngine
import Pipeline
import Presentation
import Synchronization

/// The key metrics of the last minutes as gauges, over all and by agent, model and tool, and the
/// states of the rules; computed at most so often.
final class WindowGauges: Sendable {
    /// A number with its labels.
    struct Gauge: Sendable {
        var metric: Metric
        var labels: ExpositionText.Labels
        var value: Double
    }

    /// What was computed.
    struct Figures: Sendable {
        var gauges: [(by: Dimension?, metric: Metric, samples: [Gauge])] = []
        var rules: [RuleResult] = []
        /// Messages by receiver; every configured receiver is there.
        var outbox: [String: OutboxCount] = [:]
        var newestEvent: Timestamp?
        var lag: Int64?
        /// The number of label sets that were left out because a family is full.
        var leftOut = 0
    }

    /// How far back they look.
    static let window = "15m"
    private static let span = 15 * Micros.minute
    private static let maxSeries = 50
    private static let lifetime = Duration.seconds(5)

    private let latest = Mutex<(figures: Figures, at: ContinuousClock.Instant)?>(nil)

    /// The figures, computed anew where the last ones are old.
    func figures(from store: any EventStore) throws -> Figures {
        try latest.withLock { latest in
            if let latest, latest.at.duration(to: .now) < Self.lifetime { return latest.figures }
            let figures = try Self.computed(from: store)
            latest = (figures, .now)
            return figures
        }
    }

    private static func computed(from store: any EventStore) throws -> Figures {
        let now = SystemClock.now()
        let rules = RuleSet(try store.thresholds())
        return try store.read { snapshot in
            var figures = Figures()
            for by in [nil, Dimension.agent, .model, .tool] {
                try add(by, now: now, from: snapshot, figures: &figures)
            }
            figures.rules = try rules.check(now: now, snapshot).results
            figures.outbox = try snapshot.receiverCounts()
            figures.newestEvent = try snapshot.newestEvent()
            figures.lag = try snapshot.following()?.lag(at: now)
            return figures
        }
    }

    private static let metrics: [Metric] =
        MetricCatalog.keyMetrics + [.llmLatencyP95, .llmErrorRate, .toolLatencyP95]

    private static func add(
        _ by: Dimension?,
        now: Timestamp,
        from snapshot: any StoreSnapshot,
        figures: inout Figures
    ) throws {
        var query = MetricQuery(
            window: TimeWindow(since: now - span, until: now),
            now: now,
            by: by.map { [$0] } ?? [],
            metrics: metrics
        )
        query.countsQuality = false
        let groups = try MetricsEngine.report(query, from: snapshot).groups
        for metric in metrics {
            let sized = groups.compactMap { group -> (Int64, Gauge)? in
                guard let value = group.value(of: metric), let number = value.value else {
                    return nil
                }
                let labels = by.map { [(name: $0.rawValue, value: name(group.key.first))] } ?? []
                let gauge = Gauge(metric: metric, labels: labels, value: number.double)
                return (value.n, gauge)
            }
            guard !sized.isEmpty else { continue }
            let shown = sized.sorted { $0.0 > $1.0 }.prefix(maxSeries)
            figures.leftOut += sized.count - shown.count
            figures.gauges.append((by, metric, shown.map(\.1)))
        }
    }

    private static func name(_ key: KeyValue?) -> String {
        if case .name(let name) = key { return name }
        return ""
    }
}
