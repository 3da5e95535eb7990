import AgentEvents
import EventStorage
import GRDB

/// Reads calls and retry events with all that cells hold of them.
enum CellEventScan {
    private static let all = TimeWindow(since: .distantPast, until: .distantFuture)
    private static let shared = ["timestamp", "o.agent", "latency"]

    /// Hands them over in chunks, in no particular order.
    static func run(
        in window: TimeWindow = all,
        _ db: Database,
        _ body: ([AgentEvent]) throws -> Void
    ) throws {
        for table in EventTable.allCases {
            let scan = RowScan(columns: shared + columns(table), source: source(table))
            var events: [AgentEvent] = []
            try scan.run([window.since.micros, window.until.micros], in: db) { rows in
                events.removeAll(keepingCapacity: true)
                for index in 0..<rows.count { events.append(event(rows[index], table)) }
                try body(events)
            }
        }
    }

    private static func columns(_ table: EventTable) -> [String] {
        switch table {
        case .llmCalls:
            [
                "d.error_class", "d.flags", "m.model", "m.provider", "ttft", "uncached_input",
                "cache_read",
                "cache_write", "cache_write_1h", "output", "cost",
            ]
        case .toolCalls: ["d.error_class", "tool"]
        case .others: ["error_class", "flags", "subject"]
        }
    }

    /// The cross joins keep SQLite from beginning with what is looked up.
    private static func source(_ table: EventTable) -> String {
        var source = "FROM \(table.name) e CROSS JOIN origins o ON o.id = e.origin"
        if table == .llmCalls { source += " CROSS JOIN models m ON m.id = e.model" }
        if table != .others { source += " CROSS JOIN results d ON d.id = e.result" }
        source += " WHERE timestamp >= ?2 AND timestamp < ?3"
        return table == .others ? source + " AND kind = \(EventKind.retry.rawValue)" : source
    }

    private static func event(_ row: ScannedRow, _ table: EventTable) -> AgentEvent {
        var event = AgentEvent(
            kind: .retry,
            source: 0,
            offset: 0,
            timestamp: Timestamp(micros: row.int64(0))
        )
        event.agent = row.name(1)
        event.latency = row.optional(2)
        event.errorClassCode = row.uint8(3)
        switch table {
        case .llmCalls:
            event.kind = .llmCall
            event.succeeded = event.errorClassCode == 0
            takeUsage(row, &event)
        case .toolCalls:
            event.kind = .toolCall
            event.succeeded = event.errorClassCode == 0
            event.subject = row.name(4)
        case .others:
            event.flags = AgentEvent.Flags(rawValue: row.uint8(4))
            event.subject = row.name(5)
        }
        return event
    }

    private static func takeUsage(_ row: ScannedRow, _ event: inout AgentEvent) {
        event.flags = AgentEvent.Flags(rawValue: row.uint8(4))
        event.subject = row.name(5)
        event.provider = row.name(6)
        event.timeToFirstToken = row.optional(7)
        event.uncachedInput = row.optional(8)
        event.cacheRead = row.optional(9)
        event.cacheWrite = row.optional(10)
        event.cacheWriteHour = row.optional(11)
        event.output = row.optional(12)
        event.cost = row.optional(13)
    }
}
