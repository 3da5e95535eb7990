import AgentEvents
import EventStorage
import Rollups

/// The rows of `requests` that a shipment makes.
struct RequestRows {
    static let columns = """
        minute, writer, number, part, version, removed, request_id, request_hash, agent, user, session, begun_at,
        started_at, ended_at, outcome, reported_latency, last_call_failed, has_escalation, is_looping, llm_calls,
        tool_calls, priced_calls, retry_events, input_tokens, output_tokens, cost, context_utilization,
        repeated_tool_calls, consecutive_tool_calls
        """

    private let shipment: Shipment
    private let requests: ShippedRequests
    private var rows = RowBinaryWriter()

    /// The rows of a shipment, in as many blocks as the server wants.
    static func blocks(_ requests: ShippedRequests, of shipment: Shipment) -> [RowBinaryWriter] {
        let stored = requests.rows
        let minutes = stored.map { BucketWidth.minute.bucket(holding: $0.endedAt) }
        return PartitionGroups.of(minutes + requests.removed.map(\.minute)).map { places in
            var block = RequestRows(requests, of: shipment)
            for place in places {
                if place < stored.count {
                    block.add(stored[place], requests.ids[place])
                } else {
                    block.addRemoved(requests.removed[place - stored.count])
                }
            }
            return block.rows
        }
    }

    private init(_ requests: ShippedRequests, of shipment: Shipment) {
        (self.shipment, self.requests) = (shipment, requests)
    }

    private mutating func begin(_ place: ShippedRequests.Place, isRemoved: Bool) {
        rows.put(UInt32(truncatingIfNeeded: place.minute))
        rows.put(shipment.writer)
        rows.put(place.number)
        rows.put(place.part)
        rows.put(shipment.version)
        rows.put(UInt8(isRemoved ? 1 : 0))
    }

    private mutating func add(_ row: RequestRow, _ id: RequestIndex) {
        let minute = BucketWidth.minute.bucket(holding: row.endedAt)
        begin(.init(number: row.key, part: row.part, minute: minute), isRemoved: false)
        let text = requests.batch.requestIDs[id.rawValue]
        rows.put(text: text)
        rows.put(RequestHash.of(text))
        for name in [row.agent, row.user, row.session] {
            rows.put(text: name.isNone ? [] : requests.batch.names[name.rawValue].dropFirst())
        }
        rows.put(row.begunAt.micros)
        rows.put(optional: row.startedAt.value)
        rows.put(row.endedAt.micros)
        rows.put(row.outcomeCode)
        rows.put(optional: row.reportedLatency.value)
        for flag in [row.lastCallFailed, row.hasEscalation, row.isLooping] {
            rows.put(UInt8(flag ? 1 : 0))
        }
        for count in [row.llmCalls, row.toolCalls, row.pricedCalls, row.retryEvents] {
            rows.put(count)
        }
        for value in [
            row.inputTokens, row.outputTokens, row.cost, row.contextUtilization,
            row.repeatedToolCalls,
        ] { rows.put(optional: value.value) }
        rows.put(row.consecutiveToolCalls)
    }

    private mutating func addRemoved(_ place: ShippedRequests.Place) {
        begin(place, isRemoved: true)
        rows.put(text: [])
        rows.put(UInt64(0))
        for _ in 0..<3 { rows.put(text: []) }
        rows.put(Int64(0))
        rows.put(optional: nil as Int64?)
        rows.put(Int64(0))
        rows.put(UInt8(0))
        rows.put(optional: nil as Int64?)
        for _ in 0..<3 { rows.put(UInt8(0)) }
        for _ in 0..<4 { rows.put(Int64(0)) }
        for _ in 0..<5 { rows.put(optional: nil as Int64?) }
        rows.put(Int64(0))
    }
}
