import AgentEvents
import EventStorage
import GRDB

/// Reads events whole, with every name and text that they refer to.
struct OutgoingEvents {
    private let db: Database
    private let origins: SharedRowCache<EventOrigin>
    private let models: SharedRowCache<ModelUse>
    private let results: SharedRowCache<CallResult>
    private var names: OutgoingNames
    private var sources: [UInt32: UInt32] = [:]
    private(set) var shipped = ShippedEvents()

    init(_ db: Database) throws {
        self.db = db
        origins = try SharedRowCache(db)
        models = try SharedRowCache(db)
        results = try SharedRowCache(db)
        names = OutgoingNames(db)
    }

    /// Adds the events with ids above one and up to another, or up to where their texts take too much memory; gives
    /// how far it got.
    mutating func add(above first: Int64, through last: Int64) throws -> Int64 {
        var reached = first
        while reached < last, !isFull {
            let next = min(last, reached + Self.idsAtOnce)
            for table in EventTable.allCases {
                let sql =
                    "SELECT \(table.outgoingColumns) FROM \(table.name) e WHERE id > ? AND id <= ?"
                try db.forEachStep(sql, [reached, next]) { try add($0) }
            }
            reached = next
        }
        return reached
    }

    /// The number of ids after which the memory is looked at.
    private static let idsAtOnce: Int64 = 256
    /// How many bytes of texts a shipment has, but for the last ids that were added.
    private static let maxTextBytes = 32 << 20

    private var isFull: Bool {
        let batch = shipped.batch
        return batch.texts.bytes.count + batch.names.bytes.count + batch.requestIDs.bytes.count
            > Self.maxTextBytes
    }

    /// Adds noted events up to where their texts take too much memory; gives the last one's id.
    ///
    /// `ids`: of notes from before a version, ascending.
    mutating func addNoted(_ ids: [Int64], before version: Int64) throws -> Int64? {
        var reached: Int64?
        var rest = ids[...]
        while let first = rest.first, !isFull {
            let part = rest.prefix(Int(Self.idsAtOnce))
            rest = rest.dropFirst(part.count)
            let last = part.last ?? first  // a part has one
            try addNoted(from: first, through: last, before: version)
            reached = last
        }
        return reached
    }

    /// Adds the events that are noted with some ids, as they are or as gone.
    private mutating func addNoted(
        from first: Int64,
        through last: Int64,
        before version: Int64
    ) throws {
        for table in EventTable.allCases {
            let sql = """
                SELECT \(table.outgoingColumns)
                FROM outgoing_events o CROSS JOIN \(table.name) e ON e.id = o.id
                WHERE o.id >= ? AND o.id <= ? AND o.version < ? AND removed = 0
                """
            try db.forEachStep(sql, [first, last, version]) { try add($0) }
        }
        let removed = """
            SELECT id, minute FROM outgoing_events
            WHERE id >= ? AND id <= ? AND version < ? AND removed = 1
            """
        try db.forEachStep(removed, [first, last, version]) {
            shipped.removed.append((number: $0.int64(0), minute: $0.int64(1)))
        }
    }

    private mutating func add(_ row: SteppedRow) throws {
        let origin = try origins.row(row.int64(3))
        var event = AgentEvent(
            // A kind of a newer version is in no metric.
            kind: EventKind(rawValue: UInt8(truncatingIfNeeded: row.int64(1))) ?? .generic,
            source: try source(origin.source),
            offset: row.int64(5),
            timestamp: Timestamp(micros: row.int64(2))
        )
        event.agent = try names.index(origin.agent, &shipped.batch)
        event.user = try names.index(origin.user, &shipped.batch)
        event.session = try names.index(origin.session, &shipped.batch)
        event.flags = AgentEvent.Flags(rawValue: origin.named)
        event.request = try names.request(row.int64(4), &shipped.batch)
        event.latency = row.optional(6)
        switch event.kind {
        case .llmCall: try takeCall(row, &event)
        case .toolCall:
            try takeResult(row, &event)
            event.subject = try names.index(
                UInt32(truncatingIfNeeded: row.int64(8)),
                &shipped.batch
            )
            event.argumentsHash = row.optional(17)
        default: try takeOther(row, &event)
        }
        event.eventID = text(row, 23)
        event.parentID = text(row, 24)
        event.attributes = text(row, 25)
        shipped.batch.events.append(event)
        shipped.numbers.append(row.int64(0))
    }

    private mutating func takeResult(_ row: SteppedRow, _ event: inout AgentEvent) throws {
        let result = try results.row(row.int64(7))
        event.errorClassCode = result.errorClass
        event.succeeded = result.errorClass == 0
        event.errorText = try names.index(result.errorText, &shipped.batch)
        guard event.kind == .llmCall else { return }
        event.stopReason = try names.index(result.stopReason, &shipped.batch)
        event.attempt = result.attempt == 0 ? nil : Optional64(result.attempt)
        event.flags.formUnion(AgentEvent.Flags(rawValue: result.flags))
    }

    private mutating func takeCall(_ row: SteppedRow, _ event: inout AgentEvent) throws {
        try takeResult(row, &event)
        let use = try models.row(row.int64(8))
        event.subject = try names.index(use.model, &shipped.batch)
        event.provider = try names.index(use.provider, &shipped.batch)
        event.contextWindow = use.contextWindow
        event.timeToFirstToken = row.optional(9)
        event.uncachedInput = row.optional(10)
        event.cacheRead = row.optional(11)
        event.cacheWrite = row.optional(12)
        event.cacheWriteHour = row.optional(13)
        event.output = row.optional(14)
        event.reasoning = row.optional(15)
        event.cost = row.optional(16)
    }

    private mutating func takeOther(_ row: SteppedRow, _ event: inout AgentEvent) throws {
        event.subject = try names.index(UInt32(truncatingIfNeeded: row.int64(8)), &shipped.batch)
        event.outcomeCode = UInt8(truncatingIfNeeded: row.int64(18))
        event.attempt = row.optional(19)
        event.errorClassCode = UInt8(truncatingIfNeeded: row.int64(20))
        event.errorText = try names.index(
            UInt32(truncatingIfNeeded: row.int64(21)),
            &shipped.batch
        )
        event.flags.formUnion(
            AgentEvent.Flags(rawValue: UInt8(truncatingIfNeeded: row.int64(22)))
        )
        if row.int64(26) == 1 { event.flags.insert(.orphan) }
    }

    private mutating func text(_ row: SteppedRow, _ column: Int32) -> TextIndex {
        row.isNull(column) ? .none : shipped.batch.texts.append(row.bytes(column))
    }

    private mutating func source(_ id: UInt32) throws -> UInt32 {
        if let known = sources[id] { return known }
        let find = try db.cachedStatement(sql: "SELECT path FROM sources WHERE id = ?")
        // A source that is missing is damage, which `doctor` tells of.
        shipped.sources.append(try String.fetchOne(find, arguments: [id]) ?? "?")
        let index = UInt32(shipped.sources.count - 1)
        sources[id] = index
        return index
    }
}

extension EventTable {
    /// The same columns for each table, NULL where it has none.
    fileprivate var outgoingColumns: String {
        let usage =
            "ttft, uncached_input, cache_read, cache_write, cache_write_1h, output, reasoning, cost"
        let none = Array(repeating: "NULL", count: 8).joined(separator: ", ")
        let own =
            switch self {
            case .llmCalls: "latency, result, model, \(usage), NULL, NULL, NULL, NULL, NULL, NULL"
            case .toolCalls:
                "latency, result, tool, \(none), arguments_hash, NULL, NULL, NULL, NULL, NULL"
            case .others:
                "latency, NULL, subject, \(none), NULL, outcome, attempt, error_class, error_text, flags"
            }
        let kind =
            switch self {
            case .llmCalls: "\(EventKind.llmCall.rawValue)"
            case .toolCalls: "\(EventKind.toolCall.rawValue)"
            case .others: "kind"
            }
        let isOrphan =
            self == .others
            ? "EXISTS (SELECT 1 FROM orphan_events q WHERE q.at = e.timestamp AND q.event = e.id)"
            : "0"
        return """
            e.id, \(kind), timestamp, origin, request, line_offset, \(own), event_id, parent_id, attributes,
            \(isOrphan)
            """
    }
}

/// Names and request ids of a store as those of a batch, each looked up once.
struct OutgoingNames {
    private let db: Database
    private var names: [UInt32: NameIndex] = [0: .none]
    private var requests: [Int64: RequestIndex] = [0: .none]

    init(_ db: Database) { self.db = db }

    /// A name by its id in the store, 0 for none.
    mutating func index(_ id: UInt32, _ batch: inout EventBatch) throws -> NameIndex {
        if let known = names[id] { return known }
        var index = NameIndex.none
        try db.forEachStep("SELECT kind, name FROM names WHERE id = ?", [Int64(id)]) { row in
            // A kind of a newer version is shown by nobody.
            guard let kind = NameKind(rawValue: UInt8(truncatingIfNeeded: row.int64(0))) else {
                return
            }
            index = batch.name(kind, row.bytes(1))
        }
        names[id] = index
        return index
    }

    /// A request id by its key, 0 for none.
    mutating func request(_ key: Int64, _ batch: inout EventBatch) throws -> RequestIndex {
        if let known = requests[key] { return known }
        var index = RequestIndex.none
        try db.forEachStep("SELECT request_id FROM request_ids WHERE id = ?", [key]) { row in
            index = batch.request(row.bytes(0))
        }
        requests[key] = index
        return index
    }
}
