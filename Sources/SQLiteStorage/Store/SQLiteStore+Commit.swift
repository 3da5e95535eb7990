package import AgentEvents
package import EventStorage
import GRDB
import Rollups
import Synchronization

extension SQLiteStore {
    /// Stores a batch: its events, the requests they change, the lines that were no events, and how
    /// far each source has been read.
    ///
    /// All of it in one transaction, or nothing.
    ///
    /// `now`: when the batch was read; the ledger counts lines by it.
    package func commit(_ batch: IngestBatch, now: Timestamp) throws -> CommitReport {
        let report = try commitBatch(batch, now: now)
        compactLongLog()
        return report
    }

    /// Moves a very long log into the database.
    func compactLongLog() {
        // What was done is stored, whatever comes of this: it is tried again after the next transaction,
        // and a disk that stays full fails that.
        if file.logBytes > maxLogBytes { try? checkpoint() }
    }

    /// The size in bytes at which the write-ahead log is moved into the database, whatever goes on.
    ///
    /// A quarter of the free space on a small volume, since the database needs as much again.
    private var maxLogBytes: Int64 {
        let free = file.freeBytes ?? .max  // not known
        return min(256 << 20, max(4 << 20, free / 4))
    }

    private func commitBatch(_ batch: IngestBatch, now: Timestamp) throws -> CommitReport {
        try writerState.withLock { state in
            do {
                return try write { db in
                    var commit = BatchCommit(try WriteContext(db, state), now: now)
                    return try commit.run(batch)
                }
            } catch {
                // What the state remembers of the failed transaction was never stored.
                state = WriterState()
                throw error
            }
        }
    }
}

/// One transaction of a commit, step by step.
private struct BatchCommit {
    private let context: WriteContext
    private let now: Timestamp
    private var report = CommitReport()
    /// Events that a follower brings later than this after their time are late: the default
    /// `eval_delay` of rules and a minute, the finest window.
    private static let maxDelay = 10 * Micros.second + Micros.minute

    private var db: Database { context.db }

    init(_ context: WriteContext, now: Timestamp) {
        self.context = context
        self.now = now
    }

    mutating func run(_ batch: IngestBatch) throws -> CommitReport {
        if let mark = batch.handover { try HandoverMarks.note(mark, db) }
        let settings = try context.settings()
        let sources = try SourceRows(batch.sources, now: now, db)
        let (batch, expired) = batch.withoutEvents(before: context.retention.horizon.rows)
        report.expired = expired.reduce(0, +)
        let names = try context.ids(of: batch.events.names)
        let keys = try requestKeys(batch.events.requestIDs)
        var fold = BatchFold(
            events: renumbered(batch.events.events, sources: sources.ids, names: names),
            texts: batch.events.texts,
            settings: settings
        )
        for (source, id) in zip(batch.sources, sources.ids) {
            context.state.sourcePaths.note(source.position.path, of: id)
        }
        try foldRequests(&fold, keys: keys)
        let calls = try summedCalls(fold.events)
        let chainEnds = try storeEvents(fold, texts: batch.events.texts, keys: keys)
        context.state.longRequests.noteEnds(keys.keys, chainEnds)
        try OrphanEvents.remove(fold.adopted, db)
        for key in fold.adoptedKeys { try OrphanEvents.remove(of: key, db) }
        let removed = try RequestWriter.store(fold, in: context)
        try index(fold, keys: keys, ids: batch.events.requestIDs, chainEnds: chainEnds)
        report.requests = Int64(fold.newRows.count + fold.replacedRows.count - removed.count)
        try StoreCounts(events: report.events, requests: report.requests).add(db)
        let clock = try AgentCompletions.update(fold, settings: settings, in: db)
        try CellCommit.store(
            fold,
            removed: removed,
            clock: clock,
            calls: calls(),
            in: context
        )
        let tallies = tallies(batch, fold, expired: expired)
        try sources.store(batch.sources, tallies: tallies, in: context)
        if let receipt = batch.receipt {
            try PostRows.store(receipt, report: report, now: now, in: db)
        }
        return report
    }

    /// Finds the keys of request ids; while older ones are being pruned, those that are to go are gone.
    private func requestKeys(_ ids: ByteInterner) throws -> RequestKeys {
        func find() throws -> RequestKeys {
            try context.withRequestHashes { try RequestKeys(ids, known: $0, db) }
        }
        let keys = try find()
        guard !context.retention.isFinished else { return keys }
        let removed = try ClusterMember.pruning(db) {
            try RequestPruning(context).prune(keys.stored)
        }
        if removed.requests == 0 { return keys }
        context.state.forgetRequests()
        return try find()
    }

    /// Sums the calls of a batch into cells: of a large one beside what is done until that is asked for.
    private func summedCalls(_ events: [AgentEvent]) throws -> () -> CallSums {
        let times = events.lazy.map(\.timestamp)
        guard let first = times.min(), let last = times.max() else {
            return { CallSums(of: [], fineQuarters: []) }
        }
        let fine = try QuarterVolumes.fine(from: first, through: last, db)
        guard events.count >= Self.minEventsBeside else {
            return { CallSums(of: events, fineQuarters: fine) }
        }
        return Beside { CallSums(of: events, fineQuarters: fine) }.value
    }

    /// The number of events from which another thread is faster than this one alone.
    private static let minEventsBeside = 4_096

    /// Stores the request ids, and what leads to them.
    private func index(
        _ fold: BatchFold,
        keys: RequestKeys,
        ids: ByteInterner,
        chainEnds: [Int64]
    ) throws {
        let new = try context.withRequestHashes { hashes in
            try keys.store(ids, chainEnds: chainEnds, known: &hashes, db)
        }
        try UserRequestIndex.add(fold, keys: keys, in: db)
        try context.withRequestHashes {
            try RequestIndexes.extendIfDue(with: &$0, new: new, db)
        }
    }

    /// The events with the store's numbers for sources and names.
    ///
    /// Request indices stay the batch's until the events are grouped by them.
    private func renumbered(
        _ events: [AgentEvent],
        sources: [UInt32],
        names: [UInt32]
    ) -> [AgentEvent] {
        var events = events
        for index in events.indices {
            events[index].source = sources[Int(events[index].source)]
            renumber(&events[index].agent, names)
            renumber(&events[index].user, names)
            renumber(&events[index].session, names)
            renumber(&events[index].subject, names)
            renumber(&events[index].provider, names)
            renumber(&events[index].errorText, names)
            renumber(&events[index].stopReason, names)
        }
        return events
    }

    private func renumber(_ name: inout NameIndex, _ names: [UInt32]) {
        name = NameIndex(rawValue: names[Int(name.rawValue)])
    }

    private func foldRequests(_ fold: inout BatchFold, keys: RequestKeys) throws {
        let state = context.state
        let groups = RequestGroups(fold.events, requestCount: keys.keys.count - 1)
        for request in 1..<keys.keys.count {
            let (key, last) = (keys.keys[request], keys.lastEvents[request])
            var stored: [StoredEvent] = []
            if keys.isStored(request) {
                if try context.isCounted(key) {
                    try count(groups[request], of: key, fold: &fold)
                    continue
                }
                let isFolded = fold.fold(
                    groups[request],
                    endingAt: last,
                    key: key,
                    sourcePaths: state.sourcePaths,
                    long: &state.longRequests
                )
                if isFolded { continue }
                let max = LongRequestTable.maxFoldedEvents
                let loaded = try EventChain.load(endingAt: last, max: max, db)
                guard loaded.isWhole else {
                    try LongRequestTable.add(key, endingAt: last, db)
                    state.countedKeys?.insert(key)
                    state.longRequests.drop(key)
                    try count(groups[request], of: key, fold: &fold)
                    continue
                }
                stored = loaded.events
                try state.sourcePaths.learn(stored, db)
            }
            fold.fold(
                groups[request],
                stored: stored,
                key: key,
                sourcePaths: state.sourcePaths,
                long: &state.longRequests
            )
        }
    }

    /// Counts events into the latest request of an id that has too many to fold.
    private func count(
        _ indices: ArraySlice<Int32>,
        of key: UInt32,
        fold: inout BatchFold
    ) throws {
        let same = try LongRequestTable.events(of: key, hashes: fold.hashes(indices), db)
        let latest = try RequestRowReader.latest(of: Int64(key), db)
        fold.count(indices, stored: same, latest: latest, key: key, context.state.sourcePaths)
    }

    /// Stores the events that are no duplicates, and says where each request id's chain ends now.
    private mutating func storeEvents(
        _ fold: BatchFold,
        texts: TextArena,
        keys: RequestKeys
    ) throws -> [Int64] {
        var chainEnds = keys.lastEvents
        var id = try Int64.fetchOne(db, sql: EventTable.newest) ?? 0  // one row
        var spans = ZoneMap.events.noSpans
        var (calls, tools) = (EventInserter(.llmCalls), EventInserter(.toolCalls))
        var others = EventInserter(.others)
        let orphanPlaces = Set(fold.orphans)
        var orphans: [OrphanEvents.Orphan] = []
        var counted = CountedEvents(context.state.countedKeys ?? [])  // none were asked for
        for (place, event) in fold.events.enumerated() where !event.flags.contains(.duplicate) {
            id += 1
            let request = Int(event.request.rawValue)
            let link = link(request, id: id, chainEnds: &chainEnds, keys: keys)
            counted.add(event, key: keys.keys[request], id: id, texts)
            spans.add(id, at: event.timestamp)
            if !orphanPlaces.isEmpty, orphanPlaces.contains(place) {
                orphans.append(.init(at: event.timestamp, event: id, request: link.request))
            }
            switch EventTable(event.kind) {
            case .llmCalls: try calls.append(event, at: place, id: id, link: link, in: context)
            case .toolCalls: try tools.append(event, at: place, id: id, link: link, in: context)
            case .others: try others.append(event, at: place, id: id, link: link, in: context)
            }
        }
        for rows in [calls, tools, others] {
            try rows.store(db, events: fold.events, texts: texts)
            report.events += Int64(rows.count)
        }
        try OrphanEvents.add(orphans, db)
        try ZoneMap.events.widen(spans, db)
        try counted.store(db)
        report.duplicates = Int64(fold.events.count) - report.events
        report.conflictingDuplicates = Int64(fold.conflictingDuplicates.count)
        return chainEnds
    }

    /// Puts an event at the end of the chain of its request, as the batch numbers it; gives the
    /// request's key and how far back the event before it lies, or NULL.
    private func link(
        _ request: Int,
        id: Int64,
        chainEnds: inout [Int64],
        keys: RequestKeys
    ) -> (request: Int64, previous: Int64) {
        guard request != 0 else { return (.min, .min) }
        let previous = chainEnds[request]
        chainEnds[request] = id
        return (Int64(keys.keys[request]), previous == 0 ? .min : id - previous)
    }

    /// What storing the events showed of each source.
    ///
    /// `expired`: how many events of each were left out, since their time has been pruned.
    private func tallies(
        _ batch: IngestBatch,
        _ fold: BatchFold,
        expired: [Int64]
    ) -> [SourceTally] {
        var tallies = expired.map { SourceTally(expired: $0) }
        let lateBefore = now - Self.maxDelay
        for (read, event) in zip(batch.events.events, fold.events) {
            let source = Int(read.source)
            if event.flags.contains(.duplicate) {
                tallies[source].duplicates += 1
            } else {
                tallies[source].newest = max(tallies[source].newest, event.timestamp)
                if batch.sources[source].isFollowed, event.timestamp < lateBefore {
                    tallies[source].lateEvents += 1
                }
            }
        }
        for index in fold.conflictingDuplicates {
            tallies[Int(batch.events.events[index].source)].conflictingDuplicates += 1
        }
        return tallies
    }
}

extension IngestBatch {
    /// Leaves out the events from before a moment, and says how many of each source these are.
    fileprivate func withoutEvents(before moment: Timestamp) -> (IngestBatch, [Int64]) {
        var left = [Int64](repeating: 0, count: sources.count)
        guard events.events.contains(where: { $0.timestamp < moment }) else { return (self, left) }
        var batch = self
        batch.events.events.removeAll { event in
            guard event.timestamp < moment else { return false }
            left[Int(event.source)] += 1
            return true
        }
        return (batch, left)
    }
}

/// The events of a batch that long request ids get.
private struct CountedEvents {
    private let keys: Set<UInt32>
    private var counts: [UInt32: Int64] = [:]
    private var named: [LongRequestTable.NamedEvent] = []

    init(_ keys: Set<UInt32>) { self.keys = keys }

    mutating func add(_ event: AgentEvent, key: UInt32, id: Int64, _ texts: TextArena) {
        guard !keys.isEmpty, key != 0, keys.contains(key) else { return }
        counts[key, default: 0] += 1
        guard !event.eventID.isNone else { return }
        let hash = texts[event.eventID.rawValue].withUnsafeBytes { SipHash.hash($0) }
        named.append(.init(key: key, hash: Int64(bitPattern: hash), id: id))
    }

    func store(_ db: Database) throws {
        for (key, count) in counts { try LongRequestTable.count(count, of: key, db) }
        try LongRequestTable.store(named, db)
    }
}
