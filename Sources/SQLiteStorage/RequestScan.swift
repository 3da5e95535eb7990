import AgentEvents
import EventStorage
import GRDB
import Rollups

/// Reads requests.
enum RequestScan {
    private static let columns = [
        "request", "part", "agent", "user", "session", "begun_at", "started_at", "ended_at",
        "outcome", "reported_latency", "last_call_failed", "has_escalation", "is_looping",
        "llm_calls", "tool_calls", "priced_calls", "retry_events", "input_tokens", "output_tokens",
        "cost", "context_utilization", "repeated_tool_calls", "consecutive_tool_calls",
    ]

    static func run(_ db: Database, _ body: ([RequestRow]) throws -> Void) throws {
        try run(RowScan(columns: columns, source: "FROM requests"), [], db, body)
    }

    /// Those whose `ended_at` lies in the window.
    static func run(
        endedIn window: TimeWindow,
        _ db: Database,
        _ body: ([RequestRow]) throws -> Void
    ) throws {
        let scan = RowScan(columns: columns, source: ZoneMap.requests.rowsInWindow)
        try run(scan, [window.since.micros, window.until.micros], db, body)
    }

    /// Those of a request id from a part on.
    static func rows(of key: Int64, from part: Int64, _ db: Database) throws -> [RequestRow] {
        let sql = "SELECT \(columns.joined(separator: ", ")) FROM requests"
        let find = try db.cachedStatement(sql: "\(sql) WHERE request = ? AND part >= ?")
        var values = [Int64](repeating: 0, count: columns.count)
        var found: [RequestRow] = []
        let rows = try Row.fetchCursor(find, arguments: [key, part])
        while let row = try rows.next() {
            for index in columns.indices { values[index] = (row[index] as Int64?) ?? .min }  // NULL
            values.withUnsafeBufferPointer { found += ScannedRow($0).map { [request($0)] } ?? [] }
        }
        return found
    }

    private static func run(
        _ scan: RowScan,
        _ arguments: [Int64],
        _ db: Database,
        _ body: ([RequestRow]) throws -> Void
    ) throws {
        var requests: [RequestRow] = []
        try scan.run(arguments, db) { rows in
            requests.removeAll(keepingCapacity: true)
            requests.reserveCapacity(rows.count)
            for index in 0..<rows.count { requests.append(request(rows[index])) }
            try body(requests)
        }
    }

    private static func request(_ row: ScannedRow) -> RequestRow {
        var request = RequestRow(
            begunAt: Timestamp(micros: row.int64(5)),
            endedAt: Timestamp(micros: row.int64(7))
        )
        request.key = row.int64(0)
        request.part = row.int64(1)
        request.agent = row.name(2)
        request.user = row.name(3)
        request.session = row.name(4)
        request.startedAt = row.optional(6)
        request.outcomeCode = row.uint8(8)
        request.reportedLatency = row.optional(9)
        request.lastCallFailed = row.bool(10)
        request.hasEscalation = row.bool(11)
        request.isLooping = row.bool(12)
        request.llmCalls = row.int64(13)
        request.toolCalls = row.int64(14)
        request.pricedCalls = row.int64(15)
        request.retryEvents = row.int64(16)
        request.inputTokens = row.optional(17)
        request.outputTokens = row.optional(18)
        request.cost = row.optional(19)
        request.contextUtilization = row.optional(20)
        request.repeatedToolCalls = row.optional(21)
        request.consecutiveToolCalls = row.int64(22)
        return request
    }
}
