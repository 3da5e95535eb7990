import AgentEvents
import EventStorage
import GRDB

/// Removes the events from before the horizon that belong to no request: those without an id, and those
/// whose id has nothing that makes a request.
struct LooseEventPruning {
    let db: Database
    let horizon: Timestamp

    /// Removes the events without an id in the next zones that may hold some; gives the last of these
    /// zones, `nil` where there was none.
    func prune(after zone: Int64) throws -> (last: Int64?, events: Int64) {
        let zones = try ZoneMap.events.zones(before: horizon, after: zone, max: Self.maxZones, db)
        var events: Int64 = 0
        for zone in zones {
            let ids = ZoneMap.events.keys(of: zone)
            for table in EventTable.allCases {
                let sql = """
                    DELETE FROM \(table.name)
                    WHERE id >= ?1 AND id < ?2 AND request IS NULL AND timestamp < ?3
                    """
                try db.forEachStep(sql, [ids.lowerBound, ids.upperBound, horizon.micros]) { _ in }
                events += Int64(db.changesCount)
            }
        }
        try ZoneMap.events.narrow(zones, db)
        try note(events)
        return (zones.last, events)
    }

    /// The number of zones that are looked through in one transaction: 16,384 events.
    private static let maxZones = 16

    /// Removes the events of some ids that belong to no request; gives `nil` where there are none.
    func pruneOrphans() throws -> Int64? {
        let ids = try Int64.fetchAll(
            db,
            sql: "SELECT DISTINCT request FROM orphan_events WHERE at < ? LIMIT ?",
            arguments: [horizon.micros, Self.maxIDs]
        )
        guard !ids.isEmpty else { return nil }
        let longKeys = try LongRequestTable.keys(db)
        var events: Int64 = 0
        for id in ids { events += try pruneOrphans(of: id, isLong: longKeys.contains(UInt32(id))) }
        try RequestIndexes.noteRemoval(db)
        try note(events)
        return events
    }

    private static let maxIDs = 256

    private func pruneOrphans(of key: Int64, isLong: Bool) throws -> Int64 {
        var gone: [StoredEvent] = []
        let kept = try EventChain.relink(key, db) { event in
            if event.event.timestamp < horizon { gone.append(event) }
            return event.event.timestamp >= horizon
        }
        for event in gone { try EventChain.remove(event, db) }
        try OrphanEvents.remove(gone, db)
        try ZoneMap.events.narrow(Set(gone.map { $0.id >> ZoneMap.events.shift }).sorted(), db)
        if let newest = kept.last {
            if isLong { try LongRequestTable.renew(key, endingAt: newest, db) }
        } else {
            _ = try RequestRemoval.remove(key, isLong: isLong, db)
            let people = Set(gone.flatMap { [$0.event.user, $0.event.session] })
            try UserRequestIndex.remove(key, of: people, db)
        }
        return Int64(gone.count)
    }

    private func note(_ events: Int64) throws {
        try StoreCounts(events: -events).add(db)
        try RetentionState.noteRemoved(events, db)
    }
}
