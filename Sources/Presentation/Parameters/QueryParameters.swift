package import AgentEvents
package import MetricsEngine

/// What is looked at, as it is written on a command line or in a URL: which units, cut how, in which
/// zone, as of when.
package struct QueryParameters: Sendable {
    /// Lists of dimensions.
    package var by: [String] = []
    /// Each `dimension=value,value`.
    package var conditions: [String] = []
    /// `nil` is UTC.
    package var zone: ZoneArgument?
    /// `nil` is the clock's time.
    package var now: TimeExpression?
    package var since: TimeExpression?
    package var until: TimeExpression?

    /// Everything up to now, uncut.
    package init() {}

    package var offsets: ZoneOffsets { (zone ?? .utc).offsets }

    /// - Throws: `ParameterError`
    package var filters: [MetricFilter] { get throws { try WhereExpression.filters(conditions) } }

    /// The filters of a list of requests, which is not filtered by time beside its window.
    ///
    /// - Throws: `ParameterError`
    package var requestFilters: [MetricFilter] {
        get throws {
            let filters = try filters
            for filter in filters where !RequestQuery.filters.contains(filter.dimension) {
                let known = RequestQuery.filters.map(\.rawValue).joined(separator: ", ")
                throw ParameterError(
                    "requests are filtered by \(known), not by \(filter.dimension.rawValue)"
                )
            }
            return filters
        }
    }

    /// - Throws: `ParameterError`
    package var dimensions: [Dimension] { get throws { try WhereExpression.dimensions(by) } }

    /// The moment of evaluation.
    package func evaluationTime(clock: Timestamp) -> Timestamp {
        now?.moment(now: clock, zone: offsets) ?? clock
    }

    /// The window asked for, ending no later than now.
    ///
    /// - Throws: `ParameterError` where it is empty.
    package func window(now: Timestamp) throws -> TimeWindow {
        let since = since?.moment(now: now, zone: offsets) ?? .distantPast
        let until = min(until?.moment(now: now, zone: offsets) ?? now, now)
        guard since < until else {
            throw ParameterError(
                "the window is empty: it begins \(since.rfc3339()) and ends \(until.rfc3339())"
            )
        }
        return TimeWindow(since: since, until: until)
    }
}
