import AgentEvents
import GRDB

/// New rows of one table of events: which events of a batch they are, and beside them the columns that
/// are not stored as they lie in memory.
struct EventInserter {
    private let table: EventTable
    private var places: [Int32] = []
    private var ids: [Int64] = []
    private var requests: [Int64] = []
    private var origins: [Int64] = []
    private var previous: [Int64] = []
    /// The columns of calls and of LLM calls.
    private var results: [Int64] = []
    private var models: [Int64] = []
    /// The columns of the other kinds; `flags` without those of the origin.
    private var kinds: [Int64] = []
    private var flags: [Int64] = []

    init(_ table: EventTable) { self.table = table }

    /// How many rows there are.
    var count: Int { places.count }

    /// Adds the event at a place of the batch.
    ///
    /// `link`: its request in the store's numbering, and how far back the event before it in its chain
    /// lies; `Int64.min` for none.
    mutating func append(
        _ event: AgentEvent,
        at place: Int,
        id: Int64,
        link: (request: Int64, previous: Int64),
        in context: WriteContext
    ) throws {
        places.append(Int32(place))
        ids.append(id)
        requests.append(link.request)
        previous.append(link.previous)
        origins.append(try context.id(of: EventOrigin(of: event)))
        switch table {
        case .llmCalls:
            results.append(try context.id(of: CallResult(of: event)))
            models.append(try context.id(of: ModelUse(of: event)))
        case .toolCalls: results.append(try context.id(of: CallResult(of: event)))
        case .others:
            kinds.append(Int64(event.kind.rawValue))
            flags.append(Int64(event.flags.subtracting(EventOrigin.flags).rawValue))
        }
    }

    /// `events`: those of the batch.
    func store(_ db: Database, events: [AgentEvent], texts: TextArena) throws {
        try RowInsert(table: table.name, columns: columns)(db, events, at: places, texts: texts)
    }

    private typealias Column = (name: String, layout: ColumnLayout)

    private var columns: [Column] {
        let shared: [Column] = [
            ("id", .array(ids)), ("origin", .array(origins)), ("request", .array(requests)),
            ("previous", .array(previous)),
        ]
        switch table {
        case .llmCalls:
            return shared + Self.ofAll + Self.ofLLMCalls + [
                ("model", .array(models)), ("result", .array(results)),
            ]
        case .toolCalls:
            return shared + Self.ofAll + Self.ofToolCalls + [("result", .array(results))]
        case .others:
            return shared + Self.ofAll + Self.ofOthers + [
                ("kind", .array(kinds)), ("flags", .array(flags)),
            ]
        }
    }

    private static let ofAll: [Column] = [
        ("timestamp", .int64(offset(\AgentEvent.timestamp))),
        ("line_offset", .int64(offset(\AgentEvent.offset))),
        ("latency", .int64(offset(\AgentEvent.latency))),
        ("event_id", .text(offset(\AgentEvent.eventID))),
        ("parent_id", .text(offset(\AgentEvent.parentID))),
        ("attributes", .text(offset(\AgentEvent.attributes))),
    ]

    private static let ofLLMCalls: [Column] = [
        ("ttft", .int64(offset(\AgentEvent.timeToFirstToken))),
        ("uncached_input", .int64(offset(\AgentEvent.uncachedInput))),
        ("cache_read", .int64(offset(\AgentEvent.cacheRead))),
        ("cache_write", .int64(offset(\AgentEvent.cacheWrite))),
        ("cache_write_1h", .int64(offset(\AgentEvent.cacheWriteHour))),
        ("output", .int64(offset(\AgentEvent.output))),
        ("reasoning", .int64(offset(\AgentEvent.reasoning))),
        ("cost", .int64(offset(\AgentEvent.cost))),
    ]

    private static let ofToolCalls: [Column] = [
        ("tool", .uint32(offset(\AgentEvent.subject))),
        ("arguments_hash", .int64(offset(\AgentEvent.argumentsHash))),
    ]

    private static let ofOthers: [Column] = [
        ("subject", .uint32(offset(\AgentEvent.subject))),
        ("outcome", .uint8(offset(\AgentEvent.outcomeCode), nullIfZero: true)),
        ("attempt", .int64(offset(\AgentEvent.attempt))),
        ("error_class", .uint8(offset(\AgentEvent.errorClassCode), nullIfZero: true)),
        ("error_text", .uint32(offset(\AgentEvent.errorText))),
    ]
}
