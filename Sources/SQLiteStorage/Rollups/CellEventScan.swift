import AgentEvents
import EventStorage
import GRDB

/// Reads calls and retry events with all that cells hold of them.
enum CellEventScan {
    private static let shared = ["timestamp", "o.agent", "latency"]

    /// Hands over all of them in chunks, in no particular order.
    ///
    /// Does not ask the zones, so that nothing that follows from the rows has to be right.
    static func run(_ db: Database, _ body: ([AgentEvent]) throws -> Void) throws {
        for table in EventTable.allCases {
            let source = "FROM \(table.name) r \(joined(table)) WHERE \(condition(table))"
            try run(table, source: source, arguments: [], db, body)
        }
    }

    /// Hands over those whose time lies in a window.
    static func run(
        in window: TimeWindow,
        _ db: Database,
        _ body: ([AgentEvent]) throws -> Void
    ) throws {
        for table in EventTable.allCases {
            let rows = ZoneMap.events.rowsInWindow(of: table.name, joined: joined(table))
            let source = "\(rows) AND \(condition(table))"
            let bounds = [window.since.micros, window.until.micros]
            try run(table, source: source, arguments: bounds, db, body)
        }
    }

    private static func run(
        _ table: EventTable,
        source: String,
        arguments: [Int64],
        _ db: Database,
        _ body: ([AgentEvent]) throws -> Void
    ) throws {
        let scan = RowScan(columns: shared + columns(table), source: source)
        var events: [AgentEvent] = []
        try scan.run(arguments, in: db) { rows in
            events.removeAll(keepingCapacity: true)
            for index in 0..<rows.count { events.append(event(rows[index], table)) }
            try body(events)
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
    private static func joined(_ table: EventTable) -> String {
        var joined = "CROSS JOIN origins o ON o.id = r.origin"
        if table == .llmCalls { joined += " CROSS JOIN models m ON m.id = r.model" }
        if table != .others { joined += " CROSS JOIN results d ON d.id = r.result" }
        return joined
    }

    /// With the + SQLite makes no index for this one scan.
    private static func condition(_ table: EventTable) -> String {
        table == .others ? "+kind = \(EventKind.retry.rawValue)" : "true"
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
