import AgentEvents
import EventStorage
import GRDB

/// Reads calls in the shape in which metrics want them.
struct CallRowReader {
    private let table: EventTable
    private let names: CallNames
    private let db: Database
    /// Empty where no name is asked for: each column of a million rows takes time.
    private let origins: SharedRowCache<EventOrigin>?
    private let models: SharedRowCache<ModelUse>?
    /// The cached results of calls.
    private let results: SharedRowCache<CallResult>?

    /// The calls, retry events and what else a condition takes of a table.
    init(_ table: EventTable, _ names: CallNames, _ db: Database) throws {
        self.table = table
        self.names = names
        self.db = db
        let asksOrigin = !names.isDisjoint(with: [.agent, .user, .session])
        let asksModel = table == .llmCalls && !names.isDisjoint(with: [.subject, .provider])
        origins = asksOrigin ? try SharedRowCache(db) : nil
        models = asksModel ? try SharedRowCache(db) : nil
        results = table == .others ? nil : try SharedRowCache(db)
    }

    /// The columns of every unit, of LLM calls and of names.
    private var columns: [String] {
        var columns = ["timestamp", "latency", table == .others ? "error_class" : "result"]
        switch table {
        case .llmCalls: columns += Self.usage
        case .toolCalls: break
        case .others: columns += ["kind", "flags"]
        }
        guard !names.isEmpty else { return columns }
        let subject =
            switch table {
            case .llmCalls: "model"
            case .toolCalls: "tool"
            case .others: "subject"
            }
        return columns + [
            origins == nil ? "NULL" : "origin",
            names.contains(.subject) || models != nil ? subject : "NULL",
        ]
    }

    private static let usage = [
        "ttft", "uncached_input", "cache_read", "cache_write", "cache_write_1h", "output",
        "cost",
    ]

    /// Hands over the rows in chunks; `body` must not ask the store, since of many rows it runs on another
    /// thread.
    ///
    /// `source`: a `FROM` clause with the table in it, and its conditions; its parameters begin at
    /// `?2`. `window`: holds all of them, as far as the zones know; a row outside is damage, and would
    /// overflow what counts on its time.
    func run(
        _ source: String,
        arguments: [Int64],
        within window: TimeWindow? = nil,
        _ body: ([CallUnit]) throws -> Void
    ) throws {
        let scan = RowScan(columns: columns, source: source)
        let firstName = columns.count - 2
        var units: [CallUnit] = []
        try scan.run(arguments, in: db, whenLong: readShared) { rows in
            units.removeAll(keepingCapacity: true)
            units.reserveCapacity(rows.count)
            for index in 0..<rows.count {
                var unit = try unit(rows[index])
                if let window, !window.contains(unit.timestamp) { throw ZoneMap.strayRow }
                if !names.isEmpty { try takeNames(rows[index], first: firstName, unit: &unit) }
                units.append(unit)
            }
            try body(units)
        }
    }

    /// Reads everything that rows refer to, so that nothing is read beside them.
    private func readShared() throws {
        try origins?.readAll()
        try models?.readAll()
        try results?.readAll()
    }

    private func unit(_ row: ScannedRow) throws -> CallUnit {
        var unit = CallUnit(kind: .llmCall, timestamp: Timestamp(micros: row.int64(0)))
        unit.latency = row.optional(1)
        if let results {
            let result = try results.row(row.int64(2))
            unit.errorClassCode = result.errorClass
            unit.succeeded = result.errorClass == 0
            unit.flags = AgentEvent.Flags(rawValue: result.flags)
        }
        switch table {
        case .llmCalls: takeUsage(row, &unit)
        case .toolCalls: unit.kind = .toolCall
        case .others:
            // A kind of a newer version is in no metric.
            unit.kind = EventKind(rawValue: row.uint8(3)) ?? .generic
            unit.errorClassCode = row.uint8(2)
            unit.flags = AgentEvent.Flags(rawValue: row.uint8(4))
        }
        return unit
    }

    private func takeUsage(_ row: ScannedRow, _ unit: inout CallUnit) {
        unit.timeToFirstToken = row.optional(3)
        let uncached = row.optional(4)
        unit.cacheRead = row.optional(5)
        unit.cacheWrite = sum(row.optional(6), row.optional(7))
        if uncached.isKnown { unit.input = sum(uncached, sum(unit.cacheRead, unit.cacheWrite)) }
        unit.output = row.optional(8)
        unit.cost = row.optional(9)
    }

    private func takeNames(_ row: ScannedRow, first: Int, unit: inout CallUnit) throws {
        if let origins {
            let origin = try origins.row(row.int64(first))
            unit.agent = NameIndex(rawValue: origin.agent)
            unit.user = NameIndex(rawValue: origin.user)
            unit.session = NameIndex(rawValue: origin.session)
        }
        if let models {
            let use = try models.row(row.int64(first + 1))
            unit.subject = NameIndex(rawValue: use.model)
            unit.provider = NameIndex(rawValue: use.provider)
        } else if table != .llmCalls {
            unit.subject = row.name(first + 1)
        }
    }

    /// The sum of what is known; unknown where nothing is.
    private func sum(_ left: Optional64, _ right: Optional64) -> Optional64 {
        guard left.isKnown else { return right }
        return right.isKnown ? Optional64(left.raw + right.raw) : left
    }
}
