package import AgentEvents
import EventStorage

/// Keeps the units whose value of a dimension is one of some; `nil` stands for having none.
///
/// A value that the store has never seen matches nothing.
package struct MetricFilter: Sendable {
    package var dimension: Dimension
    package var values: [String?]

    package init(_ dimension: Dimension, _ values: [String?]) {
        self.dimension = dimension
        self.values = values
    }
}

/// The data that an answer is made from.
package enum AnswerPrecision: Sendable {
    /// Rows where the window holds few units, else rollups.
    case automatic
    /// Rows, however many there are.
    case exact
    /// Rollups, however few units there are.
    case rollups
}

/// What is asked: of which time, which units, cut how, which metrics.
package struct MetricQuery: Sendable {
    /// `until` counts as `now` where it lies after it.
    package var window: TimeWindow
    /// The moment at which requests are judged open or closed.
    package var now: Timestamp
    package var by: [Dimension]
    /// A unit has to pass all of them.
    package var filters: [MetricFilter]
    /// `nil` asks for every metric but those of the ledger.
    package var metrics: [Metric]?
    /// Where hours and days are cut.
    package var zone: ZoneOffsets
    /// The latency above which a request counts as slow, in microseconds.
    package var slowMicros: Int64
    /// What only rows know (users, sessions, edges within a minute) comes from rows at any
    /// precision.
    package var precision = AnswerPrecision.automatic
    /// Whether the quality of the data is counted, which needs both scans of the store.
    ///
    /// Rules show no quality and do without; all its counts are then 0.
    package var countsQuality = true
    /// Whether what can only grow also sees open requests where the window ended before now.
    ///
    /// Rules ask so: their windows end a little before now, and a request that closed since then
    /// counts as open, so that it is seen at every moment until a window holds it.
    package var coversOpenRequests = false
    /// The minimum number of values of a quantile; missing ones count as 0.
    ///
    /// Rules ask so to tell whether too few samples are a breach all the same; `n` stays.
    package var paddedTo: Int64 = 0

    /// Where there are more groups than this, the largest by the first metric asked for, and one
    /// group that holds the rest.
    package var limit: Int?
    /// A query with more groups than this is refused, unless it has a limit.
    package var maxGroups: Int?

    package init(
        window: TimeWindow,
        now: Timestamp,
        by: [Dimension] = [],
        filters: [MetricFilter] = [],
        metrics: [Metric]? = nil,
        zone: ZoneOffsets = .utc,
        slowMicros: Int64 = 10 * Micros.second
    ) {
        self.window = window
        self.now = now
        self.by = by
        self.filters = filters
        self.metrics = metrics
        self.zone = zone
        self.slowMicros = slowMicros
    }

    /// The window with its end no later than now.
    var pastWindow: TimeWindow { TimeWindow(since: window.since, until: min(window.until, now)) }

    /// Whether cells lack a dimension that it asks for.
    var needsRows: Bool {
        (by + filters.map(\.dimension)).contains { $0 == .user || $0 == .session }
    }

    /// Whether it tells calls apart by nothing but their time and how they ended.
    var takesCallsTogether: Bool {
        (by + filters.map(\.dimension)).allSatisfy { $0.isTime || $0 == .error }
    }

    /// The names of calls that its breakdown and its filters look at.
    var callNames: CallNames {
        let dimensions = by + filters.map(\.dimension)
        return dimensions.reduce(into: CallNames(rawValue: 0)) { names, dimension in
            switch dimension {
            case .agent: names.insert(.agent)
            case .user: names.insert(.user)
            case .session: names.insert(.session)
            case .model, .tool: names.insert(.subject)
            case .provider: names.insert(.provider)
            case .error, .outcome, .minute, .hour, .day: break
            }
        }
    }

    /// Whether requests that are still open may have a part in it.
    ///
    /// What is open has no time yet, and so no place in a breakdown by time.
    var seesOpenRequests: Bool {
        (coversOpenRequests || window.until >= now) && !by.contains(where: \.isTime)
    }

    /// Whether a request that closes then is still open for what can only grow.
    func seesAsOpen(closingAt moment: Timestamp) -> Bool {
        moment > now || (coversOpenRequests && moment >= window.until)
    }
}

extension MetricQuery {
    /// Whom the filters leave, as narrow as one filter on users or sessions tells.
    ///
    /// - Throws: what the store throws.
    func userScope(_ names: any StoreSnapshot) throws -> UserScope {
        for filter in filters {
            guard let kind = filter.dimension.nameKind, kind == .user || kind == .session else {
                continue
            }
            let values = filter.values.compactMap { $0 }
            // Who names nobody cannot be looked up by name.
            guard values.count == filter.values.count else { continue }
            return .names(try values.compactMap { try names.nameIndex(kind, $0) })
        }
        return .all
    }
}
