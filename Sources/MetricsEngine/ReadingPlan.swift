import AgentEvents
import EventStorage
import Rollups

/// Where the requests and the calls of a query are read.
struct ReadingPlan: Sendable {
    let requests: QueryPlan
    /// The minute that the end of the window cuts, where nothing is later than that.
    ///
    /// Its requests with an outcome, which ended in it, are read from here and not from the rows of `requests`.
    let cutMinute: [BucketRange]
    /// From this moment on no request that had an outcome need be looked for in rows.
    let outcomesUntil: Timestamp
    let calls: QueryPlan

    /// Windows whose whole minutes hold no more calls and requests are answered exactly.
    ///
    /// A constant, so that a number never depends on the machine.
    static let maxExactUnits: Int64 = 200_000

    /// What a query is answered from; linear in the quarters of an hour that its window holds.
    ///
    /// `wanted`: the metrics that it asks for. Those that cells know exactly are never read from rows for the
    /// sake of exactness.
    ///
    /// - Throws: `StoreError` with code `pruned` where it takes rows that are gone, and what the store throws.
    init(_ query: MetricQuery, _ wanted: Set<Metric>, _ snapshot: any StoreSnapshot) throws {
        let window = query.pastWindow
        let horizon = try snapshot.horizon().rows
        let isPruned = window.since < horizon
        guard query.precision != .exact, !query.needsRows, window.since < window.until,
            try !QueryPlan.filtersFolded(query, snapshot)
        else {
            self.init(rows: window)
            try requests.refuseRows(of: query, before: horizon)
            return
        }
        let length = query.by.compactMap(\.length).min()
        let held = try HeldQuarters(in: window.withoutUnstored.wholeMinutes, snapshot)
        let isEstimated = wanted.contains(where: \.needsSketches)
        let wantsRows = try isEstimated || QueryPlan.breaksDownFolded(query, snapshot)
        if query.precision == .automatic, !isPruned, wantsRows,
            try !held.holdsMore(than: Self.maxExactUnits, snapshot)
        {
            self.init(rows: window)
            return
        }
        // Days of local time are read one by one: where nothing is stored, there are none.
        let clipped = try held.clipped(window, snapshot)
        let isLast = try snapshot.newestEvent().map { $0 < clipped.until } ?? false
        self.init(buckets: clipped, held, cutInto: length, zone: query.zone, isLast: isLast)
        for plan in [requests, calls] { try plan.refuseRows(of: query, before: horizon) }
    }

    /// Whole buckets as far as there are some.
    ///
    /// `isLast`: whether no event is later than the window.
    private init(
        buckets window: TimeWindow,
        _ held: HeldQuarters,
        cutInto length: Int64?,
        zone: ZoneOffsets,
        isLast: Bool
    ) {
        func plan(_ window: TimeWindow) -> QueryPlan {
            var plan = QueryPlan(held)
            plan.add(window, cutInto: length, zone: zone)
            return plan
        }
        requests = plan(window)
        calls = plan(isLast ? Self.reach(ofCallsIn: window, cutInto: length) : window)
        let minute = plan(window.cutMinute)
        let hasCells = isLast && minute.rows.isEmpty
        cutMinute = hasCells ? minute.cells : []
        outcomesUntil = hasCells ? window.cutMinute.since : isLast ? window.until : .distantFuture
    }

    private init(rows window: TimeWindow) {
        requests = QueryPlan(rows: window)
        calls = requests
        cutMinute = []
        outcomesUntil = .distantFuture
    }

    /// A window that ends with whole buckets, and holds the same calls where none is later than it.
    ///
    /// Requests without an outcome close later than their last event, so that this holds for calls alone.
    private static func reach(ofCallsIn window: TimeWindow, cutInto length: Int64?) -> TimeWindow {
        guard window.since < window.until else { return window }
        let width = length == Micros.minute ? BucketWidth.quarter : .hour
        let last = width.bucket(holding: window.until - 1)
        return TimeWindow(since: window.since, until: width.start(of: last + 1))
    }
}

extension QueryPlan {
    /// Refuses a plan that reads rows which have been pruned.
    fileprivate func refuseRows(of query: MetricQuery, before horizon: Timestamp) throws {
        guard rows.contains(where: { $0.since < horizon && $0.since < $0.until }) else { return }
        throw MetricQuery.pruned(horizon, query.rowsReason, MetricQuery.hint(horizon))
    }
}

extension QueryPlan {
    /// Whether a filter may name what cells keep as one with others.
    fileprivate static func filtersFolded(
        _ query: MetricQuery,
        _ snapshot: any StoreSnapshot
    ) throws -> Bool {
        try query.filters.contains { foldable.contains($0.dimension) } && snapshot.foldedNames() > 0
    }

    /// Whether a breakdown may show as one what has names of its own.
    fileprivate static func breaksDownFolded(
        _ query: MetricQuery,
        _ snapshot: any StoreSnapshot
    ) throws -> Bool {
        try query.by.contains(where: foldable.contains) && snapshot.foldedNames() > 0
    }

    private static let foldable: Set<Dimension> = [.agent, .model, .provider, .tool]
}

extension TimeWindow {
    /// The window from the first moment on that a log may name, which is a whole minute.
    fileprivate var withoutUnstored: TimeWindow {
        TimeWindow(since: max(since, .earliestAccepted), until: until)
    }

    /// The minute that the window's end cuts; empty, at the end, where that is a border, or the window begins
    /// in the minute.
    fileprivate var cutMinute: TimeWindow {
        let begin = until.flooredToMinute
        let isCut = begin < until && since <= begin
        return isCut
            ? TimeWindow(since: begin, until: begin + Micros.minute)
            : TimeWindow(since: until, until: until)
    }

    /// The whole minutes that the window touches.
    fileprivate var wholeMinutes: TimeWindow {
        TimeWindow(
            since: since.flooredToMinute,
            until: (until + (Micros.minute - 1)).flooredToMinute
        )
    }
}
