import AgentEvents
import EventStorage
import GRDB
import Rollups

/// What a commit does to the cells, once all its rows are stored.
struct CellCommit {
    private struct RowID: Hashable {
        var key: Int64
        var part: Int64

        init(_ row: RequestRow) {
            key = row.key
            part = row.part
        }
    }

    private let fold: BatchFold
    /// How requests closed before the commit, and how they do after it.
    private let before: RequestClock
    private let after: RequestClock
    /// Stored rows that the commit replaced.
    private var replaced: [RowID: RequestRow]
    private var batch: CellBatch

    /// Brings the cells up to date.
    ///
    /// `removed`: the stored rows that the commit replaced. `calls`: its new calls.
    static func store(
        _ fold: BatchFold,
        removed: [RequestRow],
        clock: (before: RequestClock, after: RequestClock),
        calls: CallSums,
        in context: WriteContext
    ) throws {
        let quarters = try QuarterVolumes(context.db)
        let places = CellPlaces(
            keys: context.state.cellKeys,
            quarters: quarters,
            horizon: context.retention.horizon.rows,
            db: context.db
        )
        var commit = CellCommit(fold, removed: removed, clock: clock, places)
        try commit.batch.enter(calls)
        try commit.takeChanges()
        try commit.moveRequests(context.db)
        try commit.takeRequests()
        let recount = CellRecount(clock: clock.after, places: places)
        let writer = CellWriter(
            table: .stored,
            quarters: quarters,
            keys: places.keys,
            db: context.db
        )
        try writer.store(commit.batch.llmCalls) { try recount.llmCalls(at: $0, $1) }
        try writer.store(commit.batch.toolCalls) { try recount.toolCalls(at: $0, $1) }
        try writer.store(commit.batch.requests) { try recount.requests(at: $0, $1) }
        let changed = try quarters.change(by: commit.batch.unitChanges, context.db)
        for quarter in changed.filled { try recount.storeMinutes(of: quarter, with: writer) }
        for quarter in changed.thinned {
            let minutes = BucketWidth.quarter.buckets(of: .minute, in: quarter)
            for series in CellSeries.allCases {
                let level = CellLevel(series: series, width: .minute, isTotal: false)
                try writer.table.delete(minutes, level, in: context.db)
            }
        }
    }

    private init(
        _ fold: BatchFold,
        removed: [RequestRow],
        clock: (before: RequestClock, after: RequestClock),
        _ places: CellPlaces
    ) {
        self.fold = fold
        (before, after) = clock
        // A damaged database may hold a row twice.
        replaced = Dictionary(removed.map { (RowID($0), $0) }) { _, last in last }
        batch = CellBatch(places)
    }

    private mutating func takeChanges() throws {
        for change in fold.changes where Self.isElsewhere(change) {
            try batch.leave(change.before)
            try batch.enter(change.event)
        }
        for event in fold.leaving { try batch.leave(event) }
    }

    /// Whether a change shows in cells: users and sessions are in none.
    private static func isElsewhere(_ change: EventChange) -> Bool {
        change.before.agent != change.event.agent || change.before.flags != change.event.flags
    }

    private mutating func takeRequests() throws {
        for row in fold.newRows { try batch.enter(row, status: after.status(of: row)) }
        for row in fold.replacedRows {
            let status = after.status(of: row)
            if let old = replaced[RowID(row)], old == row, before.status(of: old) == status {
                replaced[RowID(row)] = nil
            } else {
                try batch.enter(row, status: status)
            }
        }
        for row in replaced.values { try batch.leave(row, status: before.status(of: row)) }
    }

    /// Requests without outcome whose agent turns out to end its tasks, or not yet to have done so.
    private mutating func moveRequests(_ db: Database) throws {
        guard let window = before.changes(to: after) else { return }
        // Those have the right status without this.
        let taken = Set((fold.newRows + fold.replacedRows).map(RowID.init))
        let reach = RequestReach(ended: window, isUndecided: true)
        try RequestRowReader.run(in: reach, db) { rows in
            for row in rows where !taken.contains(RowID(row)) {
                let (old, new) = (before.status(of: row), after.status(of: row))
                guard old != new else { continue }
                try batch.leave(row, status: old)
                try batch.enter(row, status: new)
            }
        }
    }
}

extension RequestClock {
    /// When the requests end that close otherwise by another clock; `nil` where none does.
    fileprivate func changes(to after: RequestClock) -> TimeWindow? {
        let agents = Set(endsTasksSince.keys).union(after.endsTasksSince.keys)
        var window: TimeWindow?
        for agent in agents {
            // An agent that never ended a task does so later than every request.
            let old = endsTasksSince[agent] ?? .distantFuture
            let new = after.endsTasksSince[agent] ?? .distantFuture
            guard old != new else { continue }
            let (since, until) = (min(old, new), max(old, new))
            window = TimeWindow(
                since: min(window?.since ?? since, since),
                until: max(window?.until ?? until, until)
            )
        }
        return window
    }
}
