import AgentEvents
import Alerting
import EventStorage
import MetricsEngine
import Presentation

/// The numbers of `top`, all of one view of the store.
struct TopFigures: Sendable {
    /// The seven key metrics and open requests, of everything together.
    var whole: MetricReport
    /// The metrics of the columns, by what rows are.
    var groups: [MetricGroup]
    /// The rules, and what they say now.
    var rules: [ThresholdRow]
    var check: CheckReport

    static let metrics = MetricCatalog.keyMetrics + [.openRequests]
    /// More names than a terminal has rows.
    private static let maxGroups = 200

    /// Asks the store as of a moment.
    ///
    /// - Throws: what the store throws, and `ParameterError`.
    static func computed(
        _ choice: TopChoice,
        from store: any EventStore,
        now: Timestamp
    ) throws -> TopFigures {
        var parameters = QueryParameters()
        parameters.since = try TimeExpression(choice.rangeWord)
        parameters.conditions = choice.conditions
        var query = MetricQuery(
            window: try parameters.window(now: now),
            now: now,
            filters: try parameters.filters,
            metrics: metrics
        )
        query.countsQuality = false
        var cut = query
        cut.by = [choice.dimension]
        cut.metrics = choice.metrics
        cut.limit = maxGroups
        let rows = try store.thresholds()
        return try store.read { snapshot in
            TopFigures(
                whole: try MetricsEngine.report(query, from: snapshot),
                groups: try MetricsEngine.report(cut, from: snapshot).groups,
                rules: rows,
                check: try RuleSet(rows).check(now: now, snapshot)
            )
        }
    }
}
