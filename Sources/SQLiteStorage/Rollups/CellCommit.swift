import AgentEvents
import EventStorage
import GRDB
import Rollups

/// What a commit does to the cells: begun before its request rows are stored, and stored last.
struct CellCommit {
    private struct RowID: Hashable {
        var key: Int64
        var part: Int64

        init(_ row: RequestRow) {
            key = row.key
            part = row.part
        }
    }

    private var batch = CellBatch()
    private let before: RequestClock
    /// Stored rows that the commit replaces.
    private var replaced: [RowID: RequestRow] = [:]

    init(before fold: BatchFold, settings: RequestSettings, _ db: Database) throws {
        before = RequestClock(endsTasksSince: try AgentCompletions.load(db), settings: settings)
        for (key, firstPart) in fold.replacements {
            for row in try RequestRowReader.rows(of: key, from: firstPart, db) {
                replaced[RowID(row)] = row
            }
        }
    }

    /// Brings the cells up to date; all rows of the commit are stored by now.
    mutating func store(_ fold: BatchFold, keys: inout CellKeys, in db: Database) throws {
        let after = try clock(after: fold, db)
        try takeEvents(fold, keys: &keys, in: db)
        try moveRequests(fold, after: after, keys: &keys, in: db)
        try takeRequests(fold, after: after, keys: &keys, in: db)
        var recount = CellRecount(clock: after, keys: keys, db: db)
        let writer = CellWriter(table: .stored, db: db)
        try writer.store(batch.llmCalls) { try recount.llmCalls(at: $0) }
        try writer.store(batch.toolCalls) { try recount.toolCalls(at: $0) }
        try writer.store(batch.requests) { try recount.requests(at: $0) }
    }

    private func clock(after fold: BatchFold, _ db: Database) throws -> RequestClock {
        if fold.completions.isEmpty, fold.retractedAgents.isEmpty { return before }
        return RequestClock(
            endsTasksSince: try AgentCompletions.load(db),
            settings: before.settings
        )
    }

    private mutating func takeEvents(
        _ fold: BatchFold,
        keys: inout CellKeys,
        in db: Database
    ) throws {
        for event in fold.events where !event.flags.contains(.duplicate) {
            try batch.enter(event, keys: &keys, in: db)
        }
        for change in fold.changes where Self.isElsewhere(change) {
            try batch.leave(change.before, keys: &keys, in: db)
            try batch.enter(change.event, keys: &keys, in: db)
        }
    }

    /// Whether a change shows in cells: users and sessions are in none.
    private static func isElsewhere(_ change: EventChange) -> Bool {
        change.before.agent != change.event.agent || change.before.flags != change.event.flags
    }

    private mutating func takeRequests(
        _ fold: BatchFold,
        after: RequestClock,
        keys: inout CellKeys,
        in db: Database
    ) throws {
        for row in fold.newRows {
            try batch.enter(row, status: after.status(of: row), keys: &keys, in: db)
        }
        for row in fold.replacedRows {
            let status = after.status(of: row)
            if let old = replaced[RowID(row)], old == row, before.status(of: old) == status {
                replaced[RowID(row)] = nil
            } else {
                try batch.enter(row, status: status, keys: &keys, in: db)
            }
        }
        for row in replaced.values {
            try batch.leave(row, status: before.status(of: row), keys: &keys, in: db)
        }
    }

    /// Requests without outcome whose agent turns out to end its tasks, or not yet to have done so.
    private mutating func moveRequests(
        _ fold: BatchFold,
        after: RequestClock,
        keys: inout CellKeys,
        in db: Database
    ) throws {
        guard let window = before.changes(to: after, of: fold) else { return }
        // Those have the right status without this.
        let taken = Set((fold.newRows + fold.replacedRows).map(RowID.init))
        try RequestRowReader.run(endedIn: window, db) { rows in
            for row in rows where row.taskOutcome == nil && !taken.contains(RowID(row)) {
                let (old, new) = (before.status(of: row), after.status(of: row))
                guard old != new else { continue }
                try batch.leave(row, status: old, keys: &keys, in: db)
                try batch.enter(row, status: new, keys: &keys, in: db)
            }
        }
    }
}

extension RequestClock {
    /// When the requests end that close otherwise by another clock; `nil` where none does.
    fileprivate func changes(to after: RequestClock, of fold: BatchFold) -> TimeWindow? {
        let agents = fold.retractedAgents.union(fold.completions.keys)
        var window: TimeWindow?
        for agent in agents.map(NameIndex.init(rawValue:)) {
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
