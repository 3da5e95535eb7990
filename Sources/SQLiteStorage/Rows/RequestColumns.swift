import AgentEvents
import GRDB
import Rollups

/// The two tables of requests: the first of each id, and the few where an id was used again.
///
/// A row id of its own saves a request the second copy of its key and half-filled pages.
enum RequestTable: CaseIterable {
    case first
    case later

    init(part: Int64) { self = part == 0 ? .first : .later }

    var name: String {
        switch self {
        case .first: "first_requests"
        case .later: "later_requests"
        }
    }

    /// The part of a row.
    var part: String {
        switch self {
        case .first: "0"
        case .later: "part"
        }
    }
}

/// New rows of one table of requests, and beside them what does not lie in memory as it is stored.
struct RequestInserter {
    private let table: RequestTable
    private var rows: [RequestRow] = []
    private var startedAfter: [Int64] = []
    private var endedAfter: [Int64] = []
    private var marks: [Int64] = []
    private var unpriced: [Int64] = []

    private init(_ table: RequestTable) { self.table = table }

    /// Stores rows, which nothing stands in the place of.
    static func store(_ rows: [RequestRow], _ db: Database) throws {
        var (first, later) = (RequestInserter(.first), RequestInserter(.later))
        for row in rows { if row.part == 0 { first.append(row) } else { later.append(row) } }
        for part in [first, later] {
            try RowInsert(table: part.table.name, columns: part.columns)(
                db,
                part.rows,
                texts: TextArena()
            )
        }
    }

    private mutating func append(_ row: RequestRow) {
        rows.append(row)
        let started = row.startedAt
        startedAfter.append(started.isKnown ? started.raw - row.begunAt.micros : .min)
        endedAfter.append(row.endedAt.micros - row.begunAt.micros)
        marks.append(RequestMarks(of: row).rawValue)
        unpriced.append(row.llmCalls - row.pricedCalls)
    }

    private var columns: [(name: String, layout: ColumnLayout)] {
        let derived: [(name: String, layout: ColumnLayout)] = [
            ("started_after", .array(startedAfter)), ("ended_after", .array(endedAfter)),
            ("marks", .array(marks)), ("unpriced_calls", .array(unpriced)),
        ]
        let part: [(name: String, layout: ColumnLayout)] =
            table == .first ? [] : [("part", .int64(offset(\RequestRow.part)))]
        return Self.fixed + derived + part
    }

    private static let fixed: [(name: String, layout: ColumnLayout)] = [
        ("request", .int64(offset(\RequestRow.key))),
        ("agent", .uint32(offset(\RequestRow.agent))),
        ("user", .uint32(offset(\RequestRow.user))),
        ("session", .uint32(offset(\RequestRow.session))),
        ("begun_at", .int64(offset(\RequestRow.begunAt))),
        ("outcome", .uint8(offset(\RequestRow.outcomeCode), nullIfZero: true)),
        ("reported_latency", .int64(offset(\RequestRow.reportedLatency))),
        ("llm_calls", .int64(offset(\RequestRow.llmCalls))),
        ("tool_calls", .int64(offset(\RequestRow.toolCalls))),
        ("retry_events", .int64(offset(\RequestRow.retryEvents))),
        ("input_tokens", .int64(offset(\RequestRow.inputTokens))),
        ("output_tokens", .int64(offset(\RequestRow.outputTokens))),
        ("cost", .int64(offset(\RequestRow.cost))),
        ("context_utilization", .int64(offset(\RequestRow.contextUtilization))),
        ("repeated_tool_calls", .int64(offset(\RequestRow.repeatedToolCalls))),
        ("consecutive_tool_calls", .int64(offset(\RequestRow.consecutiveToolCalls))),
    ]
}

/// What is so or not of a request, in one number.
struct RequestMarks: OptionSet {
    let rawValue: Int64

    static let lastCallFailed = RequestMarks(rawValue: 1)
    static let hasEscalation = RequestMarks(rawValue: 2)
    static let isLooping = RequestMarks(rawValue: 4)
}

extension RequestMarks {
    init(of row: RequestRow) {
        var marks = RequestMarks(rawValue: 0)
        if row.lastCallFailed { marks.insert(.lastCallFailed) }
        if row.hasEscalation { marks.insert(.hasEscalation) }
        if row.isLooping { marks.insert(.isLooping) }
        self = marks
    }
}
