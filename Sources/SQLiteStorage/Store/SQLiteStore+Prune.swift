import AgentEvents
package import EventStorage
import GRDB
import Rollups
import Synchronization

extension SQLiteStore {
    /// Removes the events and requests of before a horizon, and the cells of before another, in small
    /// steps, while others read and write.
    package func prune(
        to horizon: RetentionHorizon,
        betweenSteps: () throws -> Void
    ) throws -> PruneReport {
        try withoutActuallyEscaping(betweenSteps) { betweenSteps in
            var run = PruneRun(store: self, betweenSteps: betweenSteps)
            try run.prune(to: horizon)
            return run.report
        }
    }

    /// One step of pruning: a transaction after which the writer remembers nothing, since ids may be
    /// given out again.
    fileprivate func pruningStep<T: Sendable>(_ body: (WriteContext) throws -> T) throws -> T {
        let result = try writerState.withLock { state in
            state = WriterState()
            return try write { try body(WriteContext($0, WriterState())) }
        }
        compactLongLog()
        return result
    }
}

/// Pruning, step by step.
private struct PruneRun {
    let store: SQLiteStore
    let betweenSteps: () throws -> Void
    var report = PruneReport()

    init(store: SQLiteStore, betweenSteps: @escaping () throws -> Void) {
        self.store = store
        self.betweenSteps = betweenSteps
    }

    mutating func prune(to asked: RetentionHorizon) throws {
        try store.checkpoint()
        report.bytesBefore = store.file.bytes
        let state = try step { try RetentionState.raise(to: asked, $0.db) }
        report.horizon = state.horizon
        if !state.isFinished {
            try pruneRequests()
            try pruneLooseEvents(before: state.horizon.rows)
            try pruneCells(before: state.horizon)
            try step { try RetentionState.noteFinished(state.horizon, $0.db) }
        }
        try clearNames()
        try giveBackSpace()
        try store.checkpoint()
        report.bytesAfter = store.file.bytes
    }

    private func step<T: Sendable>(_ body: (WriteContext) throws -> T) throws -> T {
        let result = try store.pruningStep(body)
        try betweenSteps()
        return result
    }

    private mutating func pruneRequests() throws {
        var last: Int64? = .min
        while let zone = last {
            let (next, counts) = try step { try RequestPruning($0).prune(after: zone) }
            report.events += counts.events
            report.requests += counts.requests
            last = next
        }
    }

    private mutating func pruneLooseEvents(before horizon: Timestamp) throws {
        var last: Int64? = .min
        while let zone = last {
            let (next, events) = try step {
                try LooseEventPruning(db: $0.db, horizon: horizon).prune(after: zone)
            }
            report.events += events
            last = next
        }
        while let events = try step({
            try LooseEventPruning(db: $0.db, horizon: horizon).pruneOrphans()
        }) {
            report.events += events
        }
    }

    private mutating func pruneCells(before horizon: RetentionHorizon) throws {
        while let cells = try step({ try CellPruning(db: $0.db, horizon: horizon).prune() }) {
            report.cells += cells
        }
        try step { try CellPruning(db: $0.db, horizon: horizon).pruneNotes() }
    }

    /// Clears away the names that nothing refers to any more, once enough has been removed to look for
    /// them.
    private mutating func clearNames() throws {
        guard var clearing = try step({ try NameClearing.begin($0.db) }) else { return }
        // By a connection of its own, so that nobody waits for it.
        let reader = try SQLiteStore.openQueue(store.file)
        let unused = try reader.read { try clearing.findUnused($0) }
        try betweenSteps()
        var rest = unused[...]
        while !rest.isEmpty {
            let part = rest.prefix(NameClearing.maxAtOnce)
            rest = rest.dropFirst(part.count)
            guard let names = try step({ try clearing.remove(part, $0.db) }) else { return }
            report.names += names
        }
        try step { try clearing.end($0.db) }
    }

    /// Moves what stands at the end of the file into the room that has become free, and cuts the file.
    private func giveBackSpace() throws {
        var left = Int64.max
        while true {
            let free = try step { context in
                try context.db.execute(sql: "PRAGMA incremental_vacuum(\(Self.maxPagesAtOnce))")
                return try Int64.fetchOne(context.db, sql: "PRAGMA freelist_count") ?? 0  // one row
            }
            // A file without the pages that say where pages are used cannot be cut.
            guard free > 0, free < left else { return }
            left = free
        }
    }

    /// 8 MB.
    private static let maxPagesAtOnce = 1_024
}
