import AgentEvents
import EventStorage
import Rollups

/// Where the requests and the calls of a query are read.
struct ReadingPlan: Sendable {
    let requests: QueryPlan
    let calls: QueryPlan

    /// Windows whose whole minutes hold no more calls and requests are answered from rows.
    ///
    /// A constant, so that a number never depends on the machine.
    static let maxExactUnits: Int64 = 200_000

    /// What a query is answered from; linear in the quarters of an hour that its window holds.
    ///
    /// - Throws: `StoreError` with code `pruned` where it takes rows that are gone, and what the store throws.
    init(_ query: MetricQuery, _ snapshot: any StoreSnapshot) throws {
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
        if query.precision == .automatic, !isPruned,
            try !held.holdsMore(than: Self.maxExactUnits, snapshot)
        {
            self.init(rows: window)
            return
        }
        // Days of local time are read one by one: where nothing is stored, there are none.
        let clipped = try held.clipped(window, snapshot)
        var requests = QueryPlan(held)
        requests.add(clipped, cutInto: length, zone: query.zone)
        var calls = QueryPlan(held)
        let reach = try Self.reach(ofCallsIn: clipped, cutInto: length, snapshot)
        calls.add(reach, cutInto: length, zone: query.zone)
        self.init(requests: requests, calls: calls)
        for plan in [requests, calls] { try plan.refuseRows(of: query, before: horizon) }
    }

    private init(requests: QueryPlan, calls: QueryPlan) {
        self.requests = requests
        self.calls = calls
    }

    private init(rows window: TimeWindow) {
        let plan = QueryPlan(rows: window)
        self.init(requests: plan, calls: plan)
    }

    /// A window that holds the same calls, and ends with whole buckets where none is later than it.
    ///
    /// Requests may close later than the newest event, so that this holds for calls alone.
    private static func reach(
        ofCallsIn window: TimeWindow,
        cutInto length: Int64?,
        _ snapshot: any StoreSnapshot
    ) throws -> TimeWindow {
        guard let newest = try snapshot.newestEvent(), newest < window.until,
            window.since < window.until
        else { return window }
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
        let foldable: Set<Dimension> = [.agent, .model, .provider, .tool]
        guard query.filters.contains(where: { foldable.contains($0.dimension) }) else {
            return false
        }
        return try snapshot.foldedNames() > 0
    }
}

extension TimeWindow {
    /// The window from the first moment on that a log may name, which is a whole minute.
    fileprivate var withoutUnstored: TimeWindow {
        TimeWindow(since: max(since, .earliestAccepted), until: until)
    }

    /// The whole minutes that the window touches.
    fileprivate var wholeMinutes: TimeWindow {
        TimeWindow(
            since: since.flooredToMinute,
            until: (until + (Micros.minute - 1)).flooredToMinute
        )
    }
}
