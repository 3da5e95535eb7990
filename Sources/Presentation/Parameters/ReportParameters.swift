package import AgentEvents
package import EventStorage
package import MetricsEngine

/// A report as it is asked for on a command line or in a URL.
package struct ReportParameters: Sendable {
    package var query: QueryParameters
    /// Lists of metrics; empty asks for all that apply.
    package var metrics: [String] = []
    /// Whether everything is computed from the events themselves.
    package var isExact = false
    /// The latency above which a request counts as slow, in milliseconds.
    package var slowMillis: Double = 10_000

    /// The largest groups that are wanted by themselves; `nil` wants all.
    package var limit: Int?

    package init(query: QueryParameters) { self.query = query }

    /// What is asked of the metrics.
    ///
    /// - Throws: `ParameterError`
    package func metricQuery(clock: Timestamp) throws -> MetricQuery {
        guard slowMillis >= 0, slowMillis <= 1e12 else {
            throw ParameterError("--slow-ms needs a number of milliseconds of at least 0")
        }
        let now = query.evaluationTime(clock: clock)
        var question = MetricQuery(
            window: try query.window(now: now),
            now: now,
            by: try query.dimensions,
            filters: try query.filters,
            metrics: try WhereExpression.metrics(metrics),
            zone: query.offsets,
            slowMicros: Int64((slowMillis * Double(Micros.millisecond)).rounded())
        )
        if isExact { question.precision = .exact }
        question.limit = limit
        return question
    }

    /// The answer with what its tables show beside the numbers.
    ///
    /// - Throws: `ParameterError`, and what the store throws.
    package func answer(from store: any EventStore, clock: Timestamp) throws -> ReportAnswer {
        let question = try metricQuery(clock: clock)
        let (report, newest) = try store.read { snapshot in
            (try MetricsEngine.report(question, from: snapshot), try snapshot.newestEvent())
        }
        return ReportAnswer(
            report: report,
            newestEvent: newest,
            rules: try store.thresholds(),
            zone: query.zone ?? .utc,
            conditions: query.conditions
        )
    }
}
