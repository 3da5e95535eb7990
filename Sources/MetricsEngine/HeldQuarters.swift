package import AgentEvents
package import EventStorage
import Rollups

/// What a store holds in the quarters of an hour that a window touches.
struct HeldQuarters: Sendable {
    private let window: TimeWindow
    /// Ascending; those that hold nothing are missing.
    private let quarters: [QuarterVolume]
    private let withMinutes: Set<Int64>

    /// Nothing.
    init() {
        window = TimeWindow(since: .distantPast, until: .distantPast)
        (quarters, withMinutes) = ([], [])
    }

    /// `window`: whole minutes.
    init(in window: TimeWindow, _ snapshot: any StoreSnapshot) throws {
        let width = BucketWidth.quarter
        let end = width.bucket(holding: window.until + (width.length - 1))
        let first = min(width.bucket(holding: window.since), end)
        self.window = window
        quarters = try snapshot.quarters(first..<end)
        withMinutes = Set(quarters.filter(\.hasMinutes).map(\.bucket))
    }

    /// Whether the minutes of a quarter have cells.
    func hasMinutes(_ bucket: Int64) -> Bool { withMinutes.contains(bucket) }

    /// The part of a window outside of which nothing is held.
    ///
    /// Quarters know nothing of retry events, and requests may close after the last event.
    func clipped(_ window: TimeWindow, _ snapshot: any StoreSnapshot) throws -> TimeWindow {
        let width = BucketWidth.quarter
        let events = [try snapshot.oldestEvent(), try snapshot.newestEvent()].compactMap { $0 }
        let held = quarters.map(\.bucket) + events.map(width.bucket(holding:))
        guard let first = held.min(), let last = held.max() else {
            return TimeWindow(since: window.since, until: window.since)
        }
        return TimeWindow(
            since: max(window.since, width.start(of: first)),
            until: min(window.until, width.start(of: last + 1))
        )
    }

    /// Whether the window holds more than a number of calls and requests.
    ///
    /// Looks into the quarters that it cuts only where it depends on those.
    func holdsMore(than max: Int64, _ snapshot: any StoreSnapshot) throws -> Bool {
        let cut = quarters.filter { !contains($0) }
        let whole = quarters.reduce(0) { $0 + $1.units } - cut.reduce(0) { $0 + $1.units }
        if whole > max { return true }
        if whole + cut.reduce(0, { $0 + $1.units }) <= max { return false }
        return try cut.reduce(whole) { try $0 + count(in: part(of: $1), snapshot) } > max
    }

    private func contains(_ quarter: QuarterVolume) -> Bool {
        let part = part(of: quarter)
        return part.until == part.since + BucketWidth.quarter.length
    }

    /// What of a quarter lies in the window.
    private func part(of quarter: QuarterVolume) -> TimeWindow {
        let width = BucketWidth.quarter
        return TimeWindow(
            since: max(window.since, width.start(of: quarter.bucket)),
            until: min(window.until, width.start(of: quarter.bucket + 1))
        )
    }

    /// The calls and requests of whole minutes of one quarter.
    private func count(in window: TimeWindow, _ snapshot: any StoreSnapshot) throws -> Int64 {
        var plan = QueryPlan(self)
        plan.add(window)
        var count = try plan.calls(snapshot).calls
        try snapshot.forEachCell(of: RequestCell.self, in: plan.cells, sketches: false) { cells in
            for unit in cells { count += unit.cell.requests }
        }
        for rows in plan.rows { count += try snapshot.requestCount(closedIn: rows) }
        return count
    }
}

extension QueryPlan {
    /// How many calls and how many retries there are where the plan reads.
    fileprivate func calls(
        _ snapshot: any StoreSnapshot
    ) throws -> (calls: Int64, retries: Int64) {
        var (calls, retries): (Int64, Int64) = (0, 0)
        try snapshot.forEachCell(of: LLMCallCell.self, in: cells, totals: true, sketches: false) {
            cells in
            for unit in cells {
                calls += unit.cell.calls
                retries += unit.cell.retries
            }
        }
        try snapshot.forEachCell(of: ToolCallCell.self, in: cells, totals: true, sketches: false) {
            cells in
            for unit in cells { calls += unit.cell.calls }
        }
        for window in rows {
            try snapshot.forEachCall(in: window, names: [], of: .all) { units in
                for unit in units where unit.kind.isCall { calls += 1 }
                for unit in units where unit.flags.contains(.countsAsRetry) { retries += 1 }
            }
        }
        return (calls, retries)
    }
}

extension StoreSnapshot {
    /// How many calls and retries ended in the whole minutes of a window; in the quarters of an hour that
    /// it touches where only those are kept.
    package func callsAndRetries(in window: TimeWindow) throws -> Int64 {
        let minutes = TimeWindow(
            since: window.since.flooredToMinute,
            until: window.until.flooredToMinute
        )
        let held = try horizon().widened(minutes)
        guard held.since < held.until else { return 0 }
        var plan = QueryPlan(try HeldQuarters(in: held, self))
        plan.add(held)
        let counts = try plan.calls(self)
        return counts.calls + counts.retries
    }

    /// How many requests closed in a window.
    fileprivate func requestCount(closedIn window: TimeWindow) throws -> Int64 {
        var count: Int64 = 0
        let endsTasks = try endsTasksSince()
        for part in RequestReach.closing(in: [window], settings) {
            try forEachRequest(in: part, of: .all) { rows in
                for row in rows {
                    let status = row.status(
                        at: .distantFuture,
                        endsTasksSince: endsTasks[row.agent],
                        settings: settings
                    )
                    if window.contains(status.closedAt) { count += 1 }
                }
            }
        }
        return count
    }
}
