import AgentEvents
import EventStorage

/// Reads calls in the shape in which metrics want them.
struct CallRowReader {
    let connection: ServerConnection
    let names: ClusterNames
    /// Those that are asked for; the others cost nothing.
    let wanted: CallNames

    private static let values = """
        kind, timestamp, error_class, flags, latency, ttft, uncached_input, cache_read, cache_write,
        cache_write_1h, output, cost
        """

    private var columns: String {
        let names: [(CallNames, String)] = [
            (.agent, "agent"), (.user, "user"), (.session, "session"), (.subject, "subject"),
            (.provider, "provider"),
        ]
        let asked = names.map { wanted.contains($0) ? $1 : "''" }
        return ([Self.values] + asked).joined(separator: ", ")
    }

    /// Hands over the calls that a condition takes, in chunks.
    ///
    /// `table`: gives each of them once, with all columns.
    func run(
        _ condition: String,
        in window: TimeWindow,
        of table: String = "events FINAL",
        _ body: ([CallUnit]) throws -> Void
    ) throws {
        let sql = """
            SELECT \(columns) FROM \(table)
            WHERE \(window.condition("timestamp")) AND removed = 0 AND \(condition)
            """
        var chunk = Chunk<CallUnit>()
        try connection.rows(sql, operation: "reading calls", decode: decode) {
            try chunk.append($0, body)
        }
        try chunk.end(body)
    }

    private func decode(_ row: inout RowBinaryReader) throws -> CallUnit {
        // A kind of a newer version is in no metric.
        let kind = EventKind(rawValue: try row.integer()) ?? .generic
        var unit = CallUnit(kind: kind, timestamp: Timestamp(micros: try row.integer()))
        unit.errorClassCode = try row.integer()
        unit.succeeded = !kind.isCall || unit.errorClassCode == 0
        unit.flags = AgentEvent.Flags(rawValue: try row.integer()).subtracting(Self.ofOrigin)
        unit.latency = try row.optional64()
        unit.timeToFirstToken = try row.optional64()
        let uncached = try row.optional64()
        unit.cacheRead = try row.optional64()
        unit.cacheWrite = Self.sum(try row.optional64(), try row.optional64())
        if uncached.isKnown {
            unit.input = Self.sum(uncached, Self.sum(unit.cacheRead, unit.cacheWrite))
        }
        unit.output = try row.optional64()
        unit.cost = try row.optional64()
        unit.agent = names.index(.agent, try row.text())
        unit.user = names.index(.user, try row.text())
        unit.session = names.index(.session, try row.text())
        unit.subject = names.index(kind.subjectKind, try row.text())
        unit.provider = names.index(.provider, try row.text())
        return unit
    }

    private static let ofOrigin: AgentEvent.Flags = [.ownAgent, .ownUser, .ownSession, .orphan]

    /// The sum of what is known; unknown where nothing is.
    private static func sum(_ left: Optional64, _ right: Optional64) -> Optional64 {
        guard left.isKnown else { return right }
        return right.isKnown ? Optional64(left.raw + right.raw) : left
    }
}

/// Rows that are handed over some thousand at a time.
struct Chunk<Row> {
    private static var rowsAtOnce: Int { 4_096 }

    private var rows: [Row] = []

    mutating func append(_ row: Row, _ body: ([Row]) throws -> Void) throws {
        rows.append(row)
        if rows.count == Self.rowsAtOnce { try end(body) }
    }

    mutating func end(_ body: ([Row]) throws -> Void) throws {
        guard !rows.isEmpty else { return }
        try body(rows)
        rows.removeAll(keepingCapacity: true)
    }
}

extension RowBinaryReader {
    mutating func optional64() throws -> Optional64 { Optional64(try optional(Int64.self)) }
}

extension TimeWindow {
    /// In which minutes rows are that lie in the window.
    var minuteCondition: String {
        "minute >= \(since.serverMinute) AND minute <= \(until.serverMinute)"
    }

    /// That a time lies in the window, and in which minutes rows are that do.
    func condition(_ column: String) -> String {
        """
        \(minuteCondition)
            AND \(column) >= \(since.micros) AND \(column) < \(until.micros)
        """
    }
}

extension Timestamp {
    /// The minute since 1970 that holds it, as far as the server's can say.
    fileprivate var serverMinute: UInt32 { UInt32(clamping: micros / Micros.minute) }
}
