import AgentEvents
import GRDB

/// An event as it stands in the store, with its id.
struct StoredEvent {
    var id: Int64
    var event: AgentEvent
    var eventID: String?

    /// The hash of its event_id, if it has one.
    var eventIDHash: UInt64? {
        guard var id = eventID else { return nil }
        return id.withUTF8 { SipHash.hash(UnsafeRawBufferPointer($0)) }
    }
}

/// Reads the events of a request id by walking `previous` back from the newest.
///
/// A chain costs one small integer an event to write, where an index on the request costs as much as
/// the event; reading a request's few events back is a handful of lookups by id.
enum EventChain {
    /// Hands over the events from `last` back to the first, newest first, until `body` gives false.
    static func walk(
        endingAt last: Int64,
        _ db: Database,
        _ body: (StoredEvent) throws -> Bool
    ) throws {
        let lookups = try EventTable.allCases.map { try EventLook($0, db) }
        var next: Int64? = last
        while let id = next {
            let found = try find(id, lookups)
            // A chain that does not go back would never end.
            guard let found, found.distance.map({ $0 > 0 }) ?? true else { throw missing(id) }
            guard try body(found.event) else { return }
            next = found.distance.map { id - $0 }
        }
    }

    /// The events from `last` back to the first, newest first.
    static func load(endingAt last: Int64, _ db: Database) throws -> [StoredEvent] {
        var events: [StoredEvent] = []
        try walk(endingAt: last, db) {
            events.append($0)
            return true
        }
        return events
    }

    /// The newest `max` events up to `last`, newest first, and whether those are all.
    static func load(
        endingAt last: Int64,
        max: Int,
        _ db: Database
    ) throws -> (events: [StoredEvent], isWhole: Bool) {
        var events: [StoredEvent] = []
        var isWhole = true
        try walk(endingAt: last, db) { event in
            isWhole = events.count < max
            if isWhole { events.append(event) }
            return isWhole
        }
        return (events, isWhole)
    }

    /// The events with these ids, which all exist.
    static func load(_ ids: some Collection<Int64>, _ db: Database) throws -> [StoredEvent] {
        let events = try stored(ids, db)
        guard events.count == ids.count else {
            throw DatabaseError(
                resultCode: .SQLITE_CORRUPT,
                message: "\(ids.count - events.count) events of a request's chain are missing"
            )
        }
        return events
    }

    /// The events with these ids, without those that do not exist.
    static func stored(_ ids: some Collection<Int64>, _ db: Database) throws -> [StoredEvent] {
        let lookups = try EventTable.allCases.map { try EventLook($0, db) }
        return try ids.compactMap { try find($0, lookups)?.event }
    }

    /// Removes all events of a chain, newest first, and hands over the id and the origin of each.
    static func remove(
        endingAt last: Int64,
        _ db: Database,
        _ body: (_ id: Int64, _ origin: Int64) throws -> Void
    ) throws {
        let removals = EventTable.allCases.map {
            "DELETE FROM \($0.name) WHERE id = ? RETURNING previous, origin"
        }
        var next: Int64? = last
        while let id = next {
            var found: (distance: Int64, origin: Int64)?
            for removal in removals where found == nil {
                try db.forEachStep(removal, [id]) { found = ($0.int64(0), $0.int64(1)) }
            }
            guard let found, found.distance >= 0 else { throw missing(id) }
            try body(id, found.origin)
            next = found.distance == 0 ? nil : id - found.distance  // NULL: it is the first
        }
    }

    /// Removes an event that is in no chain any more.
    static func remove(_ event: StoredEvent, _ db: Database) throws {
        let table = EventTable(event.event.kind).name
        try db.forEachStep("DELETE FROM \(table) WHERE id = ?", [event.id]) { _ in }
    }

    /// Takes events out of a request id's chain; gives the ids of those that remain, in the order in
    /// which they were stored.
    static func relink(
        _ key: Int64,
        _ db: Database,
        keeping isKept: (StoredEvent) throws -> Bool
    ) throws -> [Int64] {
        let find = try db.cachedStatement(sql: "SELECT last_event FROM request_ids WHERE id = ?")
        guard let last = try Int64.fetchOne(find, arguments: [key]) else {
            throw DatabaseError(
                resultCode: .SQLITE_CORRUPT,
                message: "events carry request \(key), which is missing"
            )
        }
        var kept: [Int64] = []
        var newest: StoredEvent?
        var wasBroken = false
        try walk(endingAt: last, db) { event in
            guard try isKept(event) else {
                wasBroken = true
                return true
            }
            if wasBroken, let newest { try link(newest, to: event.id, db) }
            wasBroken = false
            kept.append(event.id)
            newest = event
            return true
        }
        if wasBroken, let newest { try link(newest, to: nil, db) }
        if let newest = kept.first, newest != last {
            try db.execute(
                sql: "UPDATE request_ids SET last_event = ? WHERE id = ?",
                arguments: [newest, key]
            )
        }
        return kept.reversed()
    }

    private static func link(_ event: StoredEvent, to previous: Int64?, _ db: Database) throws {
        let table = EventTable(event.event.kind).name
        let link = try db.cachedStatement(sql: "UPDATE \(table) SET previous = ? WHERE id = ?")
        try link.execute(arguments: [previous.map { event.id - $0 }, event.id])
    }

    private static func missing(_ id: Int64) -> DatabaseError {
        DatabaseError(
            resultCode: .SQLITE_CORRUPT,
            message: "event \(id) of a request's chain is missing"
        )
    }

    private static func find(
        _ id: Int64,
        _ lookups: [EventLook]
    ) throws -> (event: StoredEvent, distance: Int64?)? {
        for lookup in lookups {
            if let found = try lookup.find(id) { return found }
        }
        return nil
    }
}

/// Looks events up by id in one table.
private struct EventLook {
    private let table: EventTable
    private let statement: Statement

    init(_ table: EventTable, _ db: Database) throws {
        self.table = table
        var columns = Self.shared
        var source = "\(table.name) e CROSS JOIN origins o ON o.id = e.origin"
        switch table {
        case .llmCalls:
            columns += Self.ofLLMCalls
            source += " CROSS JOIN models m ON m.id = e.model"
        case .toolCalls: columns += ["d.error_class", "d.error_text", "tool", "arguments_hash"]
        case .others:
            columns += [
                "error_class", "error_text", "flags", "kind", "subject", "outcome", "attempt",
            ]
        }
        if table != .others { source += " CROSS JOIN results d ON d.id = e.result" }
        statement = try db.cachedStatement(
            sql: "SELECT \(columns.joined(separator: ", ")) FROM \(source) WHERE e.id = ?"
        )
    }

    private static let shared = [
        "previous", "o.source", "o.agent", "o.user", "o.session", "o.named", "timestamp",
        "line_offset", "request", "latency", "event_id",
    ]
    private static let ofLLMCalls = [
        "d.error_class", "d.error_text", "d.flags", "m.model", "m.provider", "m.context_window",
        "ttft", "uncached_input",
        "cache_read", "cache_write", "cache_write_1h", "output", "reasoning", "cost",
        "nullif(d.attempt, 0)", "d.stop_reason",
    ]

    /// The event with an id, and how far back the one before it in its chain lies.
    func find(_ id: Int64) throws -> (event: StoredEvent, distance: Int64?)? {
        guard let row = try Row.fetchOne(statement, arguments: [id]) else { return nil }
        var event = AgentEvent(
            kind: .llmCall,
            source: try row.value(1),
            offset: try row.value(7),
            timestamp: Timestamp(micros: try row.value(6))
        )
        event.agent = try name(row, 2)
        event.user = try name(row, 3)
        event.session = try name(row, 4)
        event.flags = AgentEvent.Flags(rawValue: try row.value(5))
        event.request = RequestIndex(rawValue: try row.value(8))
        event.latency = Optional64(try row.value(9))
        event.errorClassCode = try code(row, 11)
        event.errorText = try name(row, 12)
        switch table {
        case .llmCalls: try takeCall(row, &event)
        case .toolCalls:
            event.kind = .toolCall
            event.subject = try name(row, 13)
            event.argumentsHash = Optional64(try row.value(14))
        case .others: try takeOther(row, &event)
        }
        if event.kind.isCall { event.succeeded = event.errorClassCode == 0 }
        return (StoredEvent(id: id, event: event, eventID: try row.value(10)), try row.value(0))
    }

    private func takeCall(_ row: Row, _ event: inout AgentEvent) throws {
        event.flags.formUnion(AgentEvent.Flags(rawValue: try row.value(13)))
        event.subject = try name(row, 14)
        event.provider = try name(row, 15)
        event.contextWindow = Optional64(try row.value(16))
        event.timeToFirstToken = Optional64(try row.value(17))
        event.uncachedInput = Optional64(try row.value(18))
        event.cacheRead = Optional64(try row.value(19))
        event.cacheWrite = Optional64(try row.value(20))
        event.cacheWriteHour = Optional64(try row.value(21))
        event.output = Optional64(try row.value(22))
        event.reasoning = Optional64(try row.value(23))
        event.cost = Optional64(try row.value(24))
        event.attempt = Optional64(try row.value(25))
        event.stopReason = try name(row, 26)
    }

    private func takeOther(_ row: Row, _ event: inout AgentEvent) throws {
        event.flags.formUnion(AgentEvent.Flags(rawValue: try row.value(13)))
        let kind: UInt8 = try row.value(14)
        // A kind of a newer version is in no metric.
        event.kind = EventKind(rawValue: kind) ?? .generic
        event.subject = try name(row, 15)
        event.outcomeCode = try code(row, 16)
        event.attempt = Optional64(try row.value(17))
    }

    private func name(_ row: Row, _ index: Int) throws -> NameIndex {
        NameIndex(rawValue: (try row.value(index) as UInt32?) ?? 0)  // 0 is no name
    }

    private func code(_ row: Row, _ index: Int) throws -> UInt8 {
        (try row.value(index) as UInt8?) ?? 0  // 0 is no code
    }
}
