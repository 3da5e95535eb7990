import AgentEvents
import EventStorage
import Rollups

/// Reads requests.
struct RequestRowReader {
    let connection: ServerConnection
    let names: ClusterNames

    private static let columns = """
        request_hash, part, agent, user, session, begun_at, started_at, ended_at, outcome, reported_latency,
        last_call_failed, has_escalation, is_looping, llm_calls, tool_calls, priced_calls, retry_events, input_tokens,
        output_tokens, cost, context_utilization, repeated_tool_calls, consecutive_tool_calls
        """

    /// Hands over the requests that a condition takes, in chunks.
    func run(_ condition: String, _ body: ([RequestRow]) throws -> Void) throws {
        let sql = "SELECT \(Self.columns) FROM requests FINAL WHERE removed = 0 AND \(condition)"
        var chunk = Chunk<RequestRow>()
        try connection.rows(sql, operation: "reading requests", decode: decode) {
            try chunk.append($0, body)
        }
        try chunk.end(body)
    }

    private func decode(_ row: inout RowBinaryReader) throws -> RequestRow {
        let key = Int64(bitPattern: try row.integer(UInt64.self))
        let part = try row.integer(Int64.self)
        let agent = names.index(.agent, try row.text())
        let user = names.index(.user, try row.text())
        let session = names.index(.session, try row.text())
        let begunAt = Timestamp(micros: try row.integer())
        let startedAt = try row.optional64()
        var request = RequestRow(begunAt: begunAt, endedAt: Timestamp(micros: try row.integer()))
        request.key = key
        request.part = part
        request.agent = agent
        request.user = user
        request.session = session
        request.startedAt = startedAt
        request.outcomeCode = try row.integer()
        request.reportedLatency = try row.optional64()
        request.lastCallFailed = try row.integer(UInt8.self) == 1
        request.hasEscalation = try row.integer(UInt8.self) == 1
        request.isLooping = try row.integer(UInt8.self) == 1
        request.llmCalls = try row.integer()
        request.toolCalls = try row.integer()
        request.pricedCalls = try row.integer()
        request.retryEvents = try row.integer()
        request.inputTokens = try row.optional64()
        request.outputTokens = try row.optional64()
        request.cost = try row.optional64()
        request.contextUtilization = try row.optional64()
        request.repeatedToolCalls = try row.optional64()
        request.consecutiveToolCalls = try row.integer()
        return request
    }
}
