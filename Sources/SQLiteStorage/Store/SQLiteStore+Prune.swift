import AgentEvents
package import EventStorage
import GRDB
import Rollups
import Synchronization

extension SQLiteStore {
    /// Removes the events and requests from before a horizon, and the cells from before another, in small
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

    package func raiseHorizon(to horizon: RetentionHorizon) throws -> Bool {
        let known = try Self.mappingErrors(path) { try reader.read(RetentionState.load) }
        guard known.horizon.raised(to: horizon) != known.horizon else { return !known.isFinished }
        return try pruningStep {
            try !RetentionState.raise(to: horizon, evenIfEmpty: true, $0.db).isFinished
        }
    }

    /// One step of pruning: a transaction after which the writer remembers nothing, since ids may be
    /// given out again.
    fileprivate func pruningStep<T: Sendable>(_ body: (WriteContext) throws -> T) throws -> T {
        let result = try writerState.withLock { state in
            state = WriterState()
            return try write { db in
                try ClusterMember.pruning(db) { try body(WriteContext(db, WriterState())) }
            }
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
        try store.requireSent()
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
    ///
    /// Not for less than a 32nd of it, which what comes next fills again.
    private func giveBackSpace() throws {
        let room = try step { try Self.freePages($0.db) }
        guard room.free * 32 >= room.all else { return }
        var left = Int64.max
        while true {
            let free = try step { context in
                try context.db.execute(sql: "PRAGMA incremental_vacuum(\(Self.maxPagesAtOnce))")
                return try Self.freePages(context.db).free
            }
            // A file without the pages that say where pages are used cannot be cut.
            guard free > 0, free < left else { return }
            left = free
        }
    }

    /// How many pages of the file are free, of how many.
    private static func freePages(_ db: Database) throws -> (free: Int64, all: Int64) {
        let sql = "SELECT freelist_count, page_count FROM pragma_freelist_count, pragma_page_count"
        let row = try Row.fetchOne(db, sql: sql)
        return (try row?.value(0) ?? 0, try row?.value(1) ?? 0)  // there is always one row
    }

    /// 8 MB.
    private static let maxPagesAtOnce = 1_024
}
