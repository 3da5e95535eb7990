import AgentEvents
import EventStorage
import GRDB

/// Reads calls and retry events with all that cells hold of them.
enum CellEventScan {
    private static let columns = [
        "kind", "timestamp", "agent", "subject", "provider", "succeeded", "latency", "ttft",
        "uncached_input", "cache_read", "cache_write", "cache_write_1h", "output", "cost",
        "error_class", "flags",
    ]
    private static let all = TimeWindow(since: .distantPast, until: .distantFuture)

    /// Hands them over in chunks, in no particular order.
    static func run(
        in window: TimeWindow = all,
        _ db: Database,
        _ body: ([AgentEvent]) throws -> Void
    ) throws {
        // For a list of three SQLite looks each row up in a table of its own.
        let condition = "(kind < 3 OR kind = 5) AND timestamp >= ?2 AND timestamp < ?3"
        let scan = RowScan(columns: columns, source: "FROM events WHERE \(condition)")
        var events: [AgentEvent] = []
        try scan.run([window.since.micros, window.until.micros], db) { rows in
            events.removeAll(keepingCapacity: true)
            for index in 0..<rows.count { events.append(event(rows[index])) }
            try body(events)
        }
    }

    private static func event(_ row: ScannedRow) -> AgentEvent {
        var event = AgentEvent(
            // The statement asks for kinds that are known.
            kind: EventKind(rawValue: row.uint8(0)) ?? .generic,
            source: 0,
            offset: 0,
            timestamp: Timestamp(micros: row.int64(1))
        )
        event.agent = row.name(2)
        event.subject = row.name(3)
        event.provider = row.name(4)
        event.succeeded = row.bool(5)
        event.latency = row.optional(6)
        event.timeToFirstToken = row.optional(7)
        event.uncachedInput = row.optional(8)
        event.cacheRead = row.optional(9)
        event.cacheWrite = row.optional(10)
        event.cacheWriteHour = row.optional(11)
        event.output = row.optional(12)
        event.cost = row.optional(13)
        event.errorClassCode = row.uint8(14)
        event.flags = AgentEvent.Flags(rawValue: row.uint8(15))
        return event
    }
}
