import AgentEvents
import EventStorage
import GRDB
import Rollups

/// Reads requests.
enum RequestRowReader {
    private static func columns(_ table: RequestTable) -> [String] {
        [
            "request", table.part, "agent", "user", "session", "begun_at", "started_after",
            "ended_after", "outcome", "reported_latency", "marks", "llm_calls", "tool_calls",
            "unpriced_calls", "retry_events", "input_tokens", "output_tokens", "cost",
            "context_utilization", "repeated_tool_calls", "consecutive_tool_calls",
        ]
    }

    /// All of them.
    ///
    /// `mayRunBeside`: whether `body` does without the connection, so that of many rows it can run on
    /// another thread.
    static func run(
        _ db: Database,
        mayRunBeside: Bool = false,
        _ body: ([RequestRow]) throws -> Void
    ) throws {
        try run({ "FROM \($0.name)" }, arguments: [], in: db, mayRunBeside: mayRunBeside, body)
    }

    /// Those of a reach.
    static func run(
        in reach: RequestReach,
        mayRunBeside: Bool = false,
        _ db: Database,
        _ body: ([RequestRow]) throws -> Void
    ) throws {
        try run(
            { ZoneMap.requests(in: reach, of: $0.name) },
            arguments: [reach.ended.since, reach.ended.until, reach.begunBefore].map(\.micros),
            in: db,
            mayRunBeside: mayRunBeside,
            body
        )
    }

    /// Those whose ids have keys in a range.
    static func run(
        keys: Range<Int64>,
        _ db: Database,
        _ body: ([RequestRow]) throws -> Void
    ) throws {
        try run(
            { "FROM \($0.name) WHERE request >= ?2 AND request < ?3" },
            arguments: [keys.lowerBound, keys.upperBound],
            in: db,
            body
        )
    }

    /// Those of a request id from a part on.
    static func rows(of key: Int64, from part: Int64, _ db: Database) throws -> [RequestRow] {
        try RequestTable.allCases.flatMap { table in
            try rows(of: key, in: table, condition: "\(table.part) >= ?", argument: part, in: db)
        }
    }

    /// The latest of a request id.
    static func latest(of key: Int64, _ db: Database) throws -> RequestRow? {
        let last = try Int64.fetchOne(
            try db.cachedStatement(sql: "SELECT max(part) FROM later_requests WHERE request = ?"),
            arguments: [key]
        )
        return try rows(of: key, from: last ?? 0, db).last  // without a later one: the first
    }

    /// The first and the last ones of a request id, in order; `max` of each.
    static func ends(of key: Int64, max: Int64, _ db: Database) throws -> [RequestRow] {
        guard let last = try latest(of: key, db) else { return [] }
        let first = try rows(of: key, in: .first, condition: "? = 0", argument: 0, in: db)
        let early = try rows(of: key, in: .later, condition: "part < ?", argument: max, in: db)
        let late = try rows(
            of: key,
            in: .later,
            condition: "part >= ?",
            argument: Swift.max(max, last.part - max),
            in: db
        )
        return first + early + late
    }

    private static func rows(
        of key: Int64,
        in table: RequestTable,
        condition: String,
        argument: Int64,
        in db: Database
    ) throws -> [RequestRow] {
        let columns = columns(table)
        let find = try db.cachedStatement(
            sql: """
                SELECT \(columns.joined(separator: ", ")) FROM \(table.name)
                WHERE request = ? AND \(condition)
                """
        )
        var found: [RequestRow] = []
        var values = [Int64](repeating: 0, count: columns.count)
        let rows = try Row.fetchCursor(find, arguments: [key, argument])
        while let row = try rows.next() {
            // NULL
            for index in columns.indices {
                values[index] = (try row.value(index) as Int64?) ?? .min
            }
            values.withUnsafeBufferPointer {
                found += ScannedRow($0).map { [request($0)] } ?? []
            }
        }
        return found
    }

    /// `source`: a `FROM` clause and its conditions, for each table.
    private static func run(
        _ source: (RequestTable) -> String,
        arguments: [Int64],
        in db: Database,
        mayRunBeside: Bool = false,
        _ body: ([RequestRow]) throws -> Void
    ) throws {
        var requests: [RequestRow] = []
        for table in RequestTable.allCases {
            let scan = RowScan(columns: columns(table), source: source(table))
            try scan.run(arguments, in: db, whenLong: mayRunBeside ? {} : nil) { rows in
                requests.removeAll(keepingCapacity: true)
                requests.reserveCapacity(rows.count)
                for index in 0..<rows.count { requests.append(request(rows[index])) }
                try body(requests)
            }
        }
    }

    private static func request(_ row: ScannedRow) -> RequestRow {
        let begunAt = Timestamp(micros: row.int64(5))
        var request = RequestRow(begunAt: begunAt, endedAt: begunAt + row.int64(7))
        request.key = row.int64(0)
        request.part = row.int64(1)
        request.agent = row.name(2)
        request.user = row.name(3)
        request.session = row.name(4)
        if row.optional(6).isKnown {
            request.startedAt = Optional64((begunAt + row.int64(6)).micros)
        }
        request.outcomeCode = row.uint8(8)
        request.reportedLatency = row.optional(9)
        let marks = RequestMarks(rawValue: row.int64(10))
        request.lastCallFailed = marks.contains(.lastCallFailed)
        request.hasEscalation = marks.contains(.hasEscalation)
        request.isLooping = marks.contains(.isLooping)
        request.llmCalls = row.int64(11)
        request.toolCalls = row.int64(12)
        request.pricedCalls = row.int64(11) - row.int64(13)
        request.retryEvents = row.int64(14)
        request.inputTokens = row.optional(15)
        request.outputTokens = row.optional(16)
        request.cost = row.optional(17)
        request.contextUtilization = row.optional(18)
        request.repeatedToolCalls = row.optional(19)
        request.consecutiveToolCalls = row.int64(20)
        return request
    }
}
