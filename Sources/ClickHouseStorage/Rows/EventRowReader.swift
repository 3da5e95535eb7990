import AgentEvents
import EventStorage

/// An event as it stands on the server, with its texts.
struct StoredEvent {
    var event: AgentEvent
    var source: String
    var requestID: String
    var eventID: String?
    var parentID: String?
    var attributes: String?

    /// The order in which events of one request count: by time, then source path, then offset.
    func precedes(_ other: StoredEvent) -> Bool {
        if event.timestamp != other.event.timestamp {
            return event.timestamp < other.event.timestamp
        }
        return source == other.source
            ? event.offset < other.event.offset : source < other.source
    }
}

/// Reads events whole.
struct EventRowReader {
    let connection: ServerConnection
    let names: ClusterNames

    private static let columns = """
        kind, timestamp, line_offset, request_id, agent, user, session, subject, provider, error_class, error_text,
        stop_reason, outcome, flags, latency, ttft, uncached_input, cache_read, cache_write, cache_write_1h, output,
        reasoning, cost, context_window, arguments_hash, attempt, source, event_id, parent_id, attributes
        """

    /// The events that a condition takes, in the order in which they count.
    func events(_ condition: String) throws -> [StoredEvent] {
        let sql = "SELECT \(Self.columns) FROM events FINAL WHERE removed = 0 AND \(condition)"
        return try connection.all(sql, operation: "reading events", decode).sorted {
            $0.precedes($1)
        }
    }

    private func decode(_ row: inout RowBinaryReader) throws -> StoredEvent {
        // A kind of a newer version is in no metric.
        let kind = EventKind(rawValue: try row.integer()) ?? .generic
        let timestamp = Timestamp(micros: try row.integer())
        var event = AgentEvent(
            kind: kind,
            source: 0,
            offset: try row.integer(),
            timestamp: timestamp
        )
        let requestID = try row.string()
        // Any one does: all that are read belong to one.
        event.request = RequestIndex(rawValue: requestID.isEmpty ? 0 : 1)
        event.agent = names.index(.agent, try row.text())
        event.user = names.index(.user, try row.text())
        event.session = names.index(.session, try row.text())
        event.subject = names.index(kind.subjectKind, try row.text())
        event.provider = names.index(.provider, try row.text())
        event.errorClassCode = try row.integer()
        event.succeeded = !kind.isCall || event.errorClassCode == 0
        event.errorText = names.index(.errorText, try row.text())
        event.stopReason = names.index(.stopReason, try row.text())
        event.outcomeCode = try row.integer()
        event.flags = AgentEvent.Flags(rawValue: try row.integer()).subtracting(.orphan)
        try takeNumbers(&row, &event)
        return StoredEvent(
            event: event,
            source: try row.string(),
            requestID: requestID,
            eventID: try row.optionalString(),
            parentID: try row.optionalString(),
            attributes: try row.optionalString()
        )
    }

    private func takeNumbers(_ row: inout RowBinaryReader, _ event: inout AgentEvent) throws {
        event.latency = try row.optional64()
        event.timeToFirstToken = try row.optional64()
        event.uncachedInput = try row.optional64()
        event.cacheRead = try row.optional64()
        event.cacheWrite = try row.optional64()
        event.cacheWriteHour = try row.optional64()
        event.output = try row.optional64()
        event.reasoning = try row.optional64()
        event.cost = try row.optional64()
        event.contextWindow = try row.optional64()
        event.argumentsHash = try row.optional64()
        event.attempt = try row.optional64()
    }
}

extension RowBinaryReader {
    mutating func string() throws -> String { String(decoding: try text(), as: UTF8.self) }

    mutating func optionalString() throws -> String? {
        try optionalText().map { String(decoding: $0, as: UTF8.self) }
    }
}
