import AgentEvents
package import EventStorage
package import Rollups

/// `request ID --json`, in the shape that the specification gives.
package enum RequestJSON {
    /// Everything under an id; orphans are events of it that belong to no request.
    package static func value(
        _ id: String,
        _ parts: [RequestPart],
        orphans: [EventDetail]
    ) -> JSONValue {
        [
            "request_id": .string(id),
            "requests": .array(parts.map(request)),
            "orphan_events": .array(orphans.map(event)),
        ]
    }

    /// One request of a list: what it has without its calls.
    package static func summary(
        id: String?,
        _ row: RequestRow,
        _ status: RequestStatus,
        agent: String?,
        user: String?,
        session: String?
    ) -> JSONValue {
        let view = Names(agent: agent, user: user, session: session)
        return .object([("request_id", .text(id))] + members(row, status: status, names: view))
    }

    /// The names that a request carries.
    private struct Names {
        var agent: String?
        var user: String?
        var session: String?
    }

    private static func request(_ part: RequestPart) -> JSONValue {
        let view = part.view
        let names = Names(agent: view.agent, user: view.user, session: view.session)
        // Between the first and the last thousand events of a request that has very many.
        let omitted = part.omitted.map { [("omitted_events", JSONValue.integer($0.count))] } ?? []
        return .object(
            members(view.row, status: part.status, names: names)
                + omitted.map { (key: $0.0, value: $0.1) } + [
                    ("calls", .array(part.calls.map(event))),
                    ("events", .array(part.events.filter { !$0.event.kind.isCall }.map(event))),
                ]
        )
    }

    private static func members(
        _ row: RequestRow,
        status: RequestStatus,
        names: Names
    ) -> [(key: String, value: JSONValue)] {
        [
            ("started_at", .time(row.startedAt.value.map(Timestamp.init(micros:)))),
            ("ended_at", .time(row.endedAt)),
            ("closed_at", .time(status.closedAt)),
            ("open", .bool(status.outcome == .open)),
            ("agent", .text(names.agent)),
            ("outcome", .text(status.outcome.name)),
            ("failed", .bool(status.failed)),
            ("escalated", .bool(status.escalated)),
            ("latency_ms", .milliseconds(status.latency)),
            ("input_tokens", .integer(row.inputTokens)),
            ("output_tokens", .integer(row.outputTokens)),
            ("cost_usd", .dollars(row.cost)),
            ("partly_unpriced", .bool(row.isPartlyUnpriced)),
            ("context_utilization", .dollars(row.contextUtilization)),
            ("part", .integer(row.part)),
            ("user_id", .text(names.user)),
            ("session_id", .text(names.session)),
            ("llm_calls", .integer(row.llmCalls)),
            ("tool_calls", .integer(row.toolCalls)),
            ("retry_events", .integer(row.retryEvents)),
            ("repeated_tool_calls", .integer(row.repeatedToolCalls)),
            ("consecutive_tool_calls", .integer(row.consecutiveToolCalls)),
            ("looping", .bool(row.isLooping)),
        ]
    }

    private static func event(_ detail: EventDetail) -> JSONValue {
        let event = detail.event
        var members: [(key: String, value: JSONValue)] = [
            ("kind", .string(event.kind.word)),
            ("time", .time(event.timestamp)),
            ("name", .text(detail.subject)),
        ]
        if event.kind.isCall { members += call(event) }
        if event.kind == .llmCall { members += usage(detail) }
        if let outcome = event.outcome { members.append(("outcome", .string(outcome.name))) }
        if let state = BreakerState(rawValue: event.outcomeCode) {
            members.append(("state", .string(state.name)))
        }
        return .object(members + origin(detail))
    }

    private static func call(_ event: AgentEvent) -> [(key: String, value: JSONValue)] {
        [
            ("success", .bool(event.succeeded)),
            ("latency_ms", .milliseconds(event.latency.value)),
        ]
    }

    private static func usage(_ detail: EventDetail) -> [(key: String, value: JSONValue)] {
        let event = detail.event
        return [
            ("provider", .text(detail.provider)),
            ("ttft_ms", .milliseconds(event.timeToFirstToken.value)),
            ("input_tokens", .integer(Optional64(event.totalInput))),
            ("uncached_input_tokens", .integer(event.uncachedInput)),
            ("cache_read_tokens", .integer(event.cacheRead)),
            ("cache_write_tokens", .integer(event.cacheWrite)),
            ("cache_write_1h_tokens", .integer(event.cacheWriteHour)),
            ("output_tokens", .integer(event.output)),
            ("reasoning_tokens", .integer(event.reasoning)),
            ("cost_usd", .dollars(event.cost)),
            ("cost_logged", .bool(event.flags.contains(.costLogged))),
            ("context_window", .integer(event.contextWindow)),
            ("stop_reason", .text(detail.stopReason)),
        ]
    }

    private static func origin(_ detail: EventDetail) -> [(key: String, value: JSONValue)] {
        [
            ("error_class", .text(detail.event.errorClass?.name)),
            ("error", .text(detail.errorText)),
            ("attempt", .integer(detail.event.attempt)),
            ("agent", .text(detail.agent)),
            ("event_id", .text(detail.eventID)),
            ("parent_id", .text(detail.parentID)),
            ("attributes", StoredJSON.value(detail.attributes)),
            ("source", .string(detail.sourcePath)),
            ("offset", .integer(detail.event.offset)),
        ]
    }
}
