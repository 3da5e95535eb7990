import AgentEvents
import EventStorage
import GRDB
import Rollups

/// Removes events that another machine has taken over, with all that was made of them, step by step.
struct EventRelease {
    private let context: WriteContext
    private let settings: RequestSettings
    /// What goes; an event may be gone already, with the source that it came from.
    private let events: [StoredEvent]

    private var db: Database { context.db }

    init(_ ids: [Int64], _ context: WriteContext) throws {
        self.context = context
        settings = try context.settings()
        events = try EventChain.stored(ids, context.db)
    }

    func run() throws {
        try RetentionState.keepIDs(db)
        let gone = Set(events.map(\.id))
        let refold = RequestRefold(context: context, settings: settings, store: store)
        let keys = Set(events.map { Int64($0.event.request.rawValue) }).sorted()
        let rests = try refold.relink(keys) { !gone.contains($0.id) }
        let lost = rests.filter(\.events.isEmpty).map(\.key)
        let kept = rests.filter { !$0.events.isEmpty }
        // Those of long ids, too: their rows are made anew, part by part.
        try removeRows(leaving: events, of: keys)
        for key in lost { try removeID(key) }
        try refold.fold(kept)
        for rest in kept { try OrphanEvents.renew(of: rest.key, db) }
        try StoreCounts(events: -Int64(events.count)).add(db)
        try RequestIndexes.noteRemoval(db)
        try RetentionState.noteRemoved(Int64(events.count), db)
    }

    /// Removes events and the requests of their ids.
    private func removeRows(leaving events: [StoredEvent], of keys: [Int64]) throws {
        var fold = BatchFold(events: [], texts: TextArena(), settings: settings)
        for key in keys { fold.remove(UInt32(key)) }
        for event in events {
            let isFirst = try AgentCompletions.isFirst(event.event, db)
            fold.leave(event.event, isFirstCompletion: isFirst)
        }
        for event in events { try EventChain.remove(event, db) }
        try OrphanEvents.remove(events, db)
        try store(fold)
    }

    private func store(_ fold: BatchFold) throws {
        let removed = try RequestWriter.store(fold, in: context)
        let added = fold.newRows.count + fold.replacedRows.count
        try StoreCounts(requests: Int64(added - removed.count)).add(db)
        try CellCommit.store(
            fold,
            removed: removed,
            clock: try AgentCompletions.update(fold, settings: settings, in: db),
            calls: CallSums(of: [], fineQuarters: []),
            in: context
        )
    }

    private func removeID(_ key: Int64) throws {
        _ = try RequestRemoval.remove(key, isLong: false, db)
        var people: Set<NameIndex> = []
        for event in events where Int64(event.event.request.rawValue) == key {
            people.formUnion([event.event.user, event.event.session])
        }
        try UserRequestIndex.remove(key, of: people, db)
    }
}
