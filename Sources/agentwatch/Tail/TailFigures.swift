import AgentEvents
import Alerting
import EventStorage
import MetricsEngine
import Presentation

/// How agents do just now, as the display of `tail` shows it.
struct TailFigures: Sendable {
    /// The seven key metrics, and those that do not wait for requests to close.
    var report: MetricReport
    var rules: [ThresholdRow]
    var check: CheckReport
    /// Sources with bytes that are not read, those that wait longest first.
    var behind: [StoredSource]

    /// How far back the metrics look, in microseconds.
    static let span = 15 * Micros.minute

    /// Requests close minutes after their last call; these tell sooner.
    private static let early: [Metric] = [.llmLatencyP95, .llmErrorRate, .openRequests]

    /// The metrics in the order in which they are shown.
    static let metrics = MetricCatalog.keyMetrics + early

    /// Asks the store; linear in its requests and in the calls of the rules' windows.
    ///
    /// `findsBehind`: whether the sources are read, too, which a store of many counts in full.
    static func computed(
        from store: any EventStore,
        findsBehind: Bool,
        now: Timestamp
    ) throws -> TailFigures {
        var query = MetricQuery(
            window: TimeWindow(since: now - span, until: now),
            now: now,
            metrics: metrics
        )
        query.countsQuality = false
        let rows = try store.thresholds()
        let (report, check) = try store.read { snapshot in
            let report = try MetricsEngine.report(query, from: snapshot)
            return (report, try RuleSet(rows).check(now: now, snapshot))
        }
        let sources = findsBehind ? try store.status(now: now).sources : []
        let behind = sources.filter { $0.behindSince != nil }
            .sorted { ($0.behindSince ?? now) < ($1.behindSince ?? now) }
        return TailFigures(report: report, rules: rows, check: check, behind: behind)
    }
}
