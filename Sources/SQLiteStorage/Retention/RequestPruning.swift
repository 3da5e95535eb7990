import AgentEvents
import EventStorage
import GRDB
import Rollups

/// Removes the request ids whose requests have all closed before the horizon, with all of their events.
///
/// An id goes as a whole, so that what is left of one is always all of it.
struct RequestPruning {
    /// How much was removed.
    struct Counts: Sendable, Equatable {
        var events: Int64 = 0
        var requests: Int64 = 0
    }

    private let db: Database
    private let horizon: Timestamp
    private let clock: RequestClock
    private let longKeys: Set<UInt32>
    private let origins: SharedRowCache<EventOrigin>

    init(_ context: WriteContext) throws {
        db = context.db
        horizon = context.retention.horizon.rows
        clock = RequestClock(
            endsTasksSince: try AgentCompletions.load(db),
            settings: try context.settings()
        )
        longKeys = try LongRequestTable.keys(db)
        origins = try SharedRowCache(db)
    }

    /// Removes those among some ids.
    func prune(_ keys: [Int64]) throws -> Counts {
        var rows: [RequestRow] = []
        for key in keys { rows += try RequestRowReader.rows(of: key, from: 0, db) }
        return try prune(rows)
    }

    /// Removes those of the next zones that may hold some; gives the last of these zones, `nil` where
    /// there was none.
    func prune(after zone: Int64) throws -> (last: Int64?, counts: Counts) {
        let zones = try ZoneMap.requests.zones(before: horizon, after: zone, max: Self.maxZones, db)
        var rows: [RequestRow] = []
        for zone in zones {
            try RequestRowReader.run(keys: ZoneMap.requests.keys(of: zone), db) { rows += $0 }
        }
        let counts = try prune(rows)
        try ZoneMap.requests.narrow(zones, db)
        return (zones.last, counts)
    }

    /// The number of zones that are looked through in one transaction: 1,024 requests.
    private static let maxZones = 4

    /// `rows`: with each id all of its requests.
    private func prune(_ rows: [RequestRow]) throws -> Counts {
        var ids: [Int64: [RequestRow]] = [:]
        for row in rows { ids[row.key, default: []].append(row) }
        var gone = ids.filter { id in
            id.value.allSatisfy { clock.status(of: $0).closedAt < horizon }
        }
        // Another machine may be about to take them over, after which they are not the cluster's any more.
        for key in try OfferTable.requests(Set(gone.keys), db) { gone[key] = nil }
        guard !gone.isEmpty else { return Counts() }
        var counts = Counts(events: 0, requests: gone.reduce(0) { $0 + Int64($1.value.count) })
        var outcomes = AgentOutcomeCounts()
        var zones: Set<Int64> = []
        for key in gone.keys.sorted() {
            for row in ids[key, default: []] { outcomes.count(row, times: 1) }
            counts.events += try remove(key, zones: &zones)
        }
        try outcomes.notePruned(db)
        try ZoneMap.events.narrow(zones.sorted(), db)
        try StoreCounts(events: -counts.events, requests: -counts.requests).add(db)
        try RequestIndexes.noteRemoval(db)
        try RetentionState.noteRemoved(counts.events, db)
        return counts
    }

    /// Removes an id; gives the number of its events.
    private func remove(_ key: Int64, zones: inout Set<Int64>) throws -> Int64 {
        let last = try RequestRemoval.remove(key, isLong: longKeys.contains(UInt32(key)), db)
        var events: Int64 = 0
        var people: Set<NameIndex> = []
        try EventChain.remove(endingAt: last, db) { id, origin in
            events += 1
            zones.insert(id >> ZoneMap.events.shift)
            let origin = try origins.row(origin)
            people.insert(NameIndex(rawValue: origin.user))
            people.insert(NameIndex(rawValue: origin.session))
        }
        try UserRequestIndex.remove(key, of: people, db)
        return events
    }
}

/// Removes what leads to a request id, and its requests.
enum RequestRemoval {
    /// Gives where its chain of events ended.
    static func remove(_ key: Int64, isLong: Bool, _ db: Database) throws -> Int64 {
        var found: (hash: Int64, last: Int64)?
        let sql = "DELETE FROM request_ids WHERE id = ? RETURNING request_id, last_event"
        try db.forEachStep(sql, [key]) { row in
            found = (Int64(RequestKeys.stored(SipHash.hash(row.bytes(0)))), row.int64(1))
        }
        guard let found else {
            throw DatabaseError(
                resultCode: .SQLITE_CORRUPT,
                message: "request \(key) is missing"
            )
        }
        let hash = "DELETE FROM request_hashes WHERE hash = ? AND request = ?"
        try db.forEachStep(hash, [found.hash, key]) { _ in }
        for table in RequestTable.allCases {
            try db.forEachStep("DELETE FROM \(table.name) WHERE request = ?", [key]) { _ in }
        }
        if isLong { try LongRequestTable.remove(key, db) }
        return found.last
    }
}
