import AgentEvents
import EventStorage
import Rollups

/// When an answer is exact.
extension QueryPlan {
    /// Windows whose whole minutes hold no more calls and requests are answered from rows.
    ///
    /// A constant, so that a number never depends on the machine.
    static let maxExactUnits: Int64 = 200_000

    /// What a query is answered from; linear in the cells of its window.
    ///
    /// - Throws: what the store throws.
    init(_ query: MetricQuery, _ snapshot: any StoreSnapshot) throws {
        let window = query.pastWindow
        guard query.precision != .exact, !query.needsRows, window.since < window.until,
            try !Self.filtersFolded(query, snapshot)
        else {
            self.init(rows: window)
            return
        }
        let length = query.by.compactMap(\.length).min()
        if query.precision == .rollups, length == nil {
            self.init()
            add(window.withoutUnstored)
            return
        }
        let held = try WindowVolume(in: window, snapshot)
        if query.precision == .automatic, held.count <= Self.maxExactUnits {
            self.init(rows: window)
            return
        }
        self.init()
        // Days of local time are read one by one: where nothing is stored, there are none.
        add(held.clipped(window), cutInto: length, zone: query.zone)
    }
}

extension QueryPlan {
    /// Whether a filter may name what cells keep as one with others.
    private static func filtersFolded(
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

/// How much the cells hold of the whole minutes that a window touches, and where it lies.
private struct WindowVolume {
    /// Calls and requests, before filters.
    private(set) var count: Int64 = 0
    private var first = Timestamp.distantFuture
    private var last = Timestamp.distantPast

    init(in window: TimeWindow, _ snapshot: any StoreSnapshot) throws {
        var plan = QueryPlan()
        plan.add(window.withoutUnstored.wholeMinutes)
        for range in plan.cells {
            let width = range.width
            try snapshot.forEachCell(LLMCallCell.self, width: width, buckets: range.buckets) {
                add($2.calls, bucket: $1, width: width)
            }
            try snapshot.forEachCell(ToolCallCell.self, width: width, buckets: range.buckets) {
                add($2.calls, bucket: $1, width: width)
            }
            try snapshot.forEachCell(RequestCell.self, width: width, buckets: range.buckets) {
                add($2.requests, bucket: $1, width: width)
            }
        }
    }

    /// The part of a window outside of which nothing is held.
    func clipped(_ window: TimeWindow) -> TimeWindow {
        TimeWindow(since: max(window.since, first), until: min(window.until, last))
    }

    private mutating func add(_ units: Int64, bucket: Int64, width: BucketWidth) {
        count += units
        first = min(first, width.start(of: bucket))
        last = max(last, width.start(of: bucket + 1))
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
