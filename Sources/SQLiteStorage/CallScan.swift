import AgentEvents
import EventStorage
import GRDB

/// Reads calls in the shape in which metrics want them.
enum CallScan {
    private static let measures = [
        "kind", "succeeded", "error_class", "flags", "timestamp", "latency", "ttft",
        "uncached_input", "cache_read", "cache_write", "cache_write_1h", "output", "cost",
    ]

    /// The columns of the names, where any is asked for: each column of a million rows takes time.
    private static func columns(_ names: CallNames) -> [String] {
        func name(_ column: String, _ asked: CallNames) -> String {
            names.contains(asked) ? column : "NULL"
        }
        guard !names.isEmpty else { return [] }
        return [
            name("agent", .agent), name("user", .user), name("session", .session),
            name("subject", .subject), name("provider", .provider),
        ]
    }

    /// `source`: a `FROM` clause with `events` in it, and its conditions; its parameters begin at `?2`.
    static func run(
        _ source: String,
        _ names: CallNames,
        _ arguments: [Int64],
        _ db: Database,
        _ body: ([CallUnit]) throws -> Void
    ) throws {
        let scan = RowScan(columns: measures + columns(names), source: source)
        var units: [CallUnit] = []
        try scan.run(arguments, db) { rows in
            units.removeAll(keepingCapacity: true)
            units.reserveCapacity(rows.count)
            for index in 0..<rows.count {
                units.append(unit(rows[index], hasNames: !names.isEmpty))
            }
            try body(units)
        }
    }

    private static func unit(_ row: ScannedRow, hasNames: Bool) -> CallUnit {
        // A kind of a newer version is in no metric.
        let kind = EventKind(rawValue: row.uint8(0)) ?? .generic
        var unit = CallUnit(kind: kind, timestamp: Timestamp(micros: row.int64(4)))
        unit.succeeded = row.bool(1)
        unit.errorClassCode = row.uint8(2)
        unit.flags = AgentEvent.Flags(rawValue: row.uint8(3))
        unit.latency = row.optional(5)
        if hasNames {
            let first = measures.count
            unit.agent = row.name(first)
            unit.user = row.name(first + 1)
            unit.session = row.name(first + 2)
            unit.subject = row.name(first + 3)
            unit.provider = row.name(first + 4)
        }
        if kind == .llmCall { takeUsage(row, &unit) }
        return unit
    }

    private static func takeUsage(_ row: ScannedRow, _ unit: inout CallUnit) {
        unit.timeToFirstToken = row.optional(6)
        let uncached = row.optional(7)
        unit.cacheRead = row.optional(8)
        unit.cacheWrite = sum(row.optional(9), row.optional(10))
        if uncached.isKnown { unit.input = sum(uncached, sum(unit.cacheRead, unit.cacheWrite)) }
        unit.output = row.optional(11)
        unit.cost = row.optional(12)
    }

    /// The sum of what is known; unknown where nothing is.
    private static func sum(_ left: Optional64, _ right: Optional64) -> Optional64 {
        guard left.isKnown else { return right }
        return right.isKnown ? Optional64(left.raw + right.raw) : left
    }
}
