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
    /// The earlier period whose values stand beside those of the window.
    package var comparison: PeriodComparison?

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

    /// How much earlier the period lies that is compared with, in microseconds.
    ///
    /// - Throws: `ParameterError`
    package func shift(_ question: MetricQuery) throws -> Int64? {
        try comparison?.shift(
            of: question.window,
            by: question.by,
            now: question.now,
            zone: question.zone
        )
    }

    /// The earlier period, where one is compared with.
    ///
    /// - Throws: `ParameterError` where it has too many groups, and what the store throws.
    func earlierPeriod(
        _ question: MetricQuery,
        shiftedBy shift: Int64?,
        from snapshot: any StoreSnapshot
    ) throws -> EarlierPeriod? {
        guard let shift else { return nil }
        do {
            return try EarlierPeriod(question, shiftedBy: shift, from: snapshot)
        } catch let error as TooManyGroups {
            throw ParameterError(
                "the earlier period has \(HumanNumber.grouped(Int64(error.count))) groups, and at most "
                    + "\(HumanNumber.grouped(Int64(error.max))) are compared; narrow them with --where"
            )
        }
    }

    /// The answer with what its tables show beside the numbers.
    ///
    /// - Throws: `ParameterError`, and what the store throws.
    package func answer(from store: any EventStore, clock: Timestamp) throws -> ReportAnswer {
        let question = try metricQuery(clock: clock)
        let shift = try shift(question)
        let (report, newest) = try store.read { snapshot in
            var report = try MetricsEngine.report(question, from: snapshot)
            if var earlier = try earlierPeriod(question, shiftedBy: shift, from: snapshot) {
                report.comparedWith = earlier.window
                report.groups = report.groups.map { earlier.comparing($0) }
                if question.limit == nil || report.groups.last?.restCount == nil {
                    report.groups += earlier.others
                }
            }
            return (report, try snapshot.newestEvent())
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
