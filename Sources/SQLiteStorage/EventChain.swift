import AgentEvents
import GRDB

/// An event as it stands in the store, with its id.
struct StoredEvent {
    var id: Int64
    var event: AgentEvent
    var eventID: String?
}

/// Reads the events of a request id by walking `events.previous` back from the newest.
///
/// A chain costs one integer an event to write, where an index on the request costs as much as the
/// event; reading a request's few events back is a handful of lookups by id.
enum EventChain {
    private static let columns = """
        id, kind, timestamp, source, line_offset, request, previous, agent, user, session, subject,
        provider, succeeded, outcome, latency, ttft, uncached_input, cache_read, cache_write,
        cache_write_1h, output, reasoning, cost, context_window, error_class, error_text,
        arguments_hash, attempt, stop_reason, flags, event_id
        """

    /// The events from `last` back to the first, newest first.
    static func load(endingAt last: Int64, _ db: Database) throws -> [StoredEvent] {
        let statement = try db.cachedStatement(sql: "SELECT \(columns) FROM events WHERE id = ?")
        var events: [StoredEvent] = []
        var next: Int64? = last
        while let id = next {
            guard let row = try Row.fetchOne(statement, arguments: [id]) else {
                throw DatabaseError(
                    resultCode: .SQLITE_CORRUPT,
                    message: "event \(id) of a request's chain is missing"
                )
            }
            events.append(stored(row))
            next = row[6]
        }
        return events
    }

    private static func stored(_ row: Row) -> StoredEvent {
        let kind: UInt8 = row[1]
        var event = AgentEvent(
            // A kind of a newer version is in no metric.
            kind: EventKind(rawValue: kind) ?? .generic,
            source: row[3],
            offset: row[4],
            timestamp: Timestamp(micros: row[2])
        )
        event.request = RequestIndex(rawValue: row[5])
        event.agent = name(row, 7)
        event.user = name(row, 8)
        event.session = name(row, 9)
        event.subject = name(row, 10)
        event.provider = name(row, 11)
        event.succeeded = row[12]
        event.outcomeCode = code(row, 13)
        event.latency = Optional64(row[14])
        event.timeToFirstToken = Optional64(row[15])
        event.uncachedInput = Optional64(row[16])
        event.cacheRead = Optional64(row[17])
        event.cacheWrite = Optional64(row[18])
        event.cacheWriteHour = Optional64(row[19])
        event.output = Optional64(row[20])
        event.reasoning = Optional64(row[21])
        event.cost = Optional64(row[22])
        event.contextWindow = Optional64(row[23])
        event.errorClassCode = code(row, 24)
        event.errorText = name(row, 25)
        event.argumentsHash = Optional64(row[26])
        event.attempt = Optional64(row[27])
        event.stopReason = name(row, 28)
        event.flags = AgentEvent.Flags(rawValue: row[29])
        return StoredEvent(id: row[0], event: event, eventID: row[30])
    }

    private static func name(_ row: Row, _ index: Int) -> NameIndex {
        NameIndex(rawValue: (row[index] as UInt32?) ?? 0)  // 0 is no name
    }

    private static func code(_ row: Row, _ index: Int) -> UInt8 {
        (row[index] as UInt8?) ?? 0  // 0 is no code
    }
}
