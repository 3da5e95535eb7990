import AgentEvents
import EventStorage
import GRDB
import Rollups

/// Folds request ids anew that have lost some of their events.
struct RequestRefold {
    /// What remains of a request id.
    struct Rest {
        var key: Int64
        /// Ids of events, in the order in which they were stored.
        var events: [Int64]
    }

    let context: WriteContext
    let settings: RequestSettings
    /// Stores what was folded.
    let store: (BatchFold) throws -> Void

    private var db: Database { context.db }

    /// Takes events out of the chains of request ids, and gives what remains of each.
    func relink(_ keys: [Int64], keeping isKept: (StoredEvent) throws -> Bool) throws -> [Rest] {
        try keys.map { key in
            let rest = Rest(key: key, events: try EventChain.relink(key, db, keeping: isKept))
            try LongRequestTable.remove(key, db)
            return rest
        }
    }

    /// Folds what remains of request ids, of each at least one event.
    func fold(_ rests: [Rest]) throws {
        var fold = BatchFold(events: [], texts: TextArena(), settings: settings)
        for rest in rests {
            if rest.events.count > LongRequestTable.maxFoldedEvents {
                try foldInParts(rest)
                continue
            }
            let stored = try EventChain.load(rest.events, db)
            fold.refold(stored: stored, key: UInt32(rest.key), try SourcePaths.of(stored, db))
        }
        try store(fold)
    }

    /// Folds the first events that remain of a long request id and counts the others, a part at a
    /// time.
    private func foldInParts(_ rest: Rest) throws {
        let (ids, key) = (rest.events, UInt32(rest.key))
        let length = LongRequestTable.maxFoldedEvents
        for start in stride(from: 0, to: ids.count, by: length) {
            var stored = try EventChain.load(ids[start..<min(start + length, ids.count)], db)
            let paths = try SourcePaths.of(stored, db)
            var fold = BatchFold(events: [], texts: TextArena(), settings: settings)
            if start == 0 {
                fold.refold(stored: stored, key: key, paths)
            } else {
                stored.sort { $0.event.precedes($1.event, sourcePaths: paths) }
                let latest = try RequestRowReader.latest(of: rest.key, db)
                fold.count(stored: stored, latest: latest, key: key)
            }
            try store(fold)
        }
        try LongRequestTable.add(key, endingAt: ids[ids.count - 1], db)
    }
}
