import AgentEvents
import Rollups

/// How an `AgentEvent` in memory becomes a row of `events`.
///
/// A column that is not named costs SQLite next to nothing, where a NULL value costs a callback; so
/// each group of kinds names only the columns that its events can have.
enum EventColumns: CaseIterable {
    case llmCalls
    case toolCalls
    case others

    /// The group of a kind.
    init(_ kind: EventKind) {
        switch kind {
        case .llmCall: self = .llmCalls
        case .toolCall: self = .toolCalls
        case .taskEnd, .escalation, .retry, .circuitBreaker, .generic: self = .others
        }
    }

    /// The statement for events of the group.
    ///
    /// `kinds` is the raw value of each event's kind, which is not what lies in memory; `previous`
    /// the id of the event before it in its request's chain.
    func insert(kinds: [Int64], previous: [Int64]) -> RowInsert {
        let columns = Self.fixed.filter { !absent.contains($0.name) }
        return RowInsert(
            table: "events",
            columns: columns + [("kind", .array(kinds)), ("previous", .array(previous))]
        )
    }

    private var absent: Set<String> {
        switch self {
        case .llmCalls: ["outcome", "arguments_hash"]
        case .toolCalls: Self.ofLLMCalls.union(["outcome", "attempt"])
        case .others: Self.ofLLMCalls.union(["arguments_hash"])
        }
    }

    private static let ofLLMCalls: Set<String> = [
        "provider", "ttft", "uncached_input", "cache_read", "cache_write", "cache_write_1h",
        "output",
        "reasoning", "cost", "context_window", "stop_reason",
    ]

    private static let fixed: [(name: String, layout: ColumnLayout)] = [
        ("timestamp", .int64(offset(\AgentEvent.timestamp))),
        ("source", .uint32(offset(\AgentEvent.source))),
        ("line_offset", .int64(offset(\AgentEvent.offset))),
        ("request", .uint32(offset(\AgentEvent.request))),
        ("agent", .uint32(offset(\AgentEvent.agent))),
        ("user", .uint32(offset(\AgentEvent.user))),
        ("session", .uint32(offset(\AgentEvent.session))),
        ("subject", .uint32(offset(\AgentEvent.subject))),
        ("provider", .uint32(offset(\AgentEvent.provider))),
        ("succeeded", .uint8(offset(\AgentEvent.succeeded), nullIfZero: false)),
        ("outcome", .uint8(offset(\AgentEvent.outcomeCode), nullIfZero: true)),
        ("latency", .int64(offset(\AgentEvent.latency))),
        ("ttft", .int64(offset(\AgentEvent.timeToFirstToken))),
        ("uncached_input", .int64(offset(\AgentEvent.uncachedInput))),
        ("cache_read", .int64(offset(\AgentEvent.cacheRead))),
        ("cache_write", .int64(offset(\AgentEvent.cacheWrite))),
        ("cache_write_1h", .int64(offset(\AgentEvent.cacheWriteHour))),
        ("output", .int64(offset(\AgentEvent.output))),
        ("reasoning", .int64(offset(\AgentEvent.reasoning))),
        ("cost", .int64(offset(\AgentEvent.cost))),
        ("context_window", .int64(offset(\AgentEvent.contextWindow))),
        ("error_class", .uint8(offset(\AgentEvent.errorClassCode), nullIfZero: true)),
        ("error_text", .uint32(offset(\AgentEvent.errorText))),
        ("arguments_hash", .int64(offset(\AgentEvent.argumentsHash))),
        ("attempt", .int64(offset(\AgentEvent.attempt))),
        ("stop_reason", .uint32(offset(\AgentEvent.stopReason))),
        ("flags", .uint8(offset(\AgentEvent.flags), nullIfZero: false)),
        ("event_id", .text(offset(\AgentEvent.eventID))),
        ("parent_id", .text(offset(\AgentEvent.parentID))),
        ("attributes", .text(offset(\AgentEvent.attributes))),
    ]
}

/// How a `RequestRow` in memory becomes a row of `requests`.
enum RequestColumns {
    static let insert = RowInsert(
        table: "requests",
        columns: [
            ("request", .int64(offset(\RequestRow.key))),
            ("part", .int64(offset(\RequestRow.part))),
            ("agent", .uint32(offset(\RequestRow.agent))),
            ("user", .uint32(offset(\RequestRow.user))),
            ("session", .uint32(offset(\RequestRow.session))),
            ("begun_at", .int64(offset(\RequestRow.begunAt))),
            ("started_at", .int64(offset(\RequestRow.startedAt))),
            ("ended_at", .int64(offset(\RequestRow.endedAt))),
            ("outcome", .uint8(offset(\RequestRow.outcomeCode), nullIfZero: true)),
            ("reported_latency", .int64(offset(\RequestRow.reportedLatency))),
            ("last_call_failed", .uint8(offset(\RequestRow.lastCallFailed), nullIfZero: false)),
            ("has_escalation", .uint8(offset(\RequestRow.hasEscalation), nullIfZero: false)),
            ("is_looping", .uint8(offset(\RequestRow.isLooping), nullIfZero: false)),
            ("llm_calls", .int64(offset(\RequestRow.llmCalls))),
            ("tool_calls", .int64(offset(\RequestRow.toolCalls))),
            ("priced_calls", .int64(offset(\RequestRow.pricedCalls))),
            ("retry_events", .int64(offset(\RequestRow.retryEvents))),
            ("input_tokens", .int64(offset(\RequestRow.inputTokens))),
            ("output_tokens", .int64(offset(\RequestRow.outputTokens))),
            ("cost", .int64(offset(\RequestRow.cost))),
            ("context_utilization", .int64(offset(\RequestRow.contextUtilization))),
            ("repeated_tool_calls", .int64(offset(\RequestRow.repeatedToolCalls))),
            ("consecutive_tool_calls", .int64(offset(\RequestRow.consecutiveToolCalls))),
        ]
    )
}
