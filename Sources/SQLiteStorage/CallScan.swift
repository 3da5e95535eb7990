import AgentEvents
import EventStorage
import GRDB

/// Reads calls in the shape in which metrics want them.
enum CallScan {
    /// The columns that `unit` reads; a name that is not asked for is NULL in its place.
    private static func columns(_ names: CallNames) -> [String] {
        func name(_ column: String, _ asked: CallNames) -> String {
            names.contains(asked) ? column : "NULL"
        }
        return [
            "kind", "succeeded", "error_class", "flags", "timestamp", name("agent", .agent),
            name("user", .user), name("session", .session), name("subject", .subject),
            name("provider", .provider), "latency", "ttft", "uncached_input", "cache_read",
            "cache_write", "cache_write_1h", "output", "cost",
        ]
    }

    /// `condition`: a `WHERE` clause over `events` whose parameters begin at `?2`.
    static func run(
        _ condition: String,
        _ names: CallNames,
        _ arguments: [Int64],
        _ db: Database,
        _ body: ([CallUnit]) throws -> Void
    ) throws {
        let scan = RowScan(columns: columns(names), source: "FROM events \(condition)")
        var units: [CallUnit] = []
        try scan.run(arguments, db) { rows in
            units.removeAll(keepingCapacity: true)
            units.reserveCapacity(rows.count)
            for index in 0..<rows.count { units.append(unit(rows[index])) }
            try body(units)
        }
    }

    private static func unit(_ row: ScannedRow) -> CallUnit {
        // A kind of a newer version is in no metric.
        let kind = EventKind(rawValue: row.uint8(0)) ?? .generic
        var unit = CallUnit(kind: kind, timestamp: Timestamp(micros: row.int64(4)))
        unit.succeeded = row.bool(1)
        unit.errorClassCode = row.uint8(2)
        unit.flags = AgentEvent.Flags(rawValue: row.uint8(3))
        unit.agent = row.name(5)
        unit.user = row.name(6)
        unit.session = row.name(7)
        unit.subject = row.name(8)
        unit.provider = row.name(9)
        unit.latency = row.optional(10)
        guard kind == .llmCall else { return unit }
        unit.timeToFirstToken = row.optional(11)
        unit.cacheRead = row.optional(13)
        unit.cacheWrite = sum(row.optional(14), row.optional(15))
        let uncached = row.optional(12)
        if uncached.isKnown { unit.input = sum(uncached, sum(unit.cacheRead, unit.cacheWrite)) }
        unit.output = row.optional(16)
        unit.cost = row.optional(17)
        return unit
    }

    /// The sum of what is known; unknown where nothing is.
    private static func sum(_ left: Optional64, _ right: Optional64) -> Optional64 {
        guard left.isKnown else { return right }
        return right.isKnown ? Optional64(left.raw + right.raw) : left
    }
}
