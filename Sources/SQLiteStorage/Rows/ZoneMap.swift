import AgentEvents
import EventStorage
import GRDB

/// Where in time the rows of each run of keys lie.
///
/// Rows come nearly in order of time, so that a window lies in few runs. An index on time would
/// cost as much to write as the rows; this costs one small row for thousands of them.
enum ZoneMap: CaseIterable {
    /// The three tables of events by `id`, in runs of 1,024, with the span of `timestamp`.
    case events
    /// The two tables of requests by `request`, in runs of 256, with the span of `ended_at` and the first
    /// `begun_at`.
    case requests

    /// The table of the zones.
    private var table: String {
        switch self {
        case .events: "event_zones"
        case .requests: "request_zones"
        }
    }

    /// The tables of the rows.
    private var tables: [String] {
        switch self {
        case .events: EventTable.allCases.map(\.name)
        case .requests: RequestTable.allCases.map(\.name)
        }
    }

    /// The columns of the rows' keys and times.
    private var columns: (key: String, time: String) {
        switch self {
        case .events: ("id", "timestamp")
        case .requests: ("request", "begun_at + ended_after")
        }
    }

    /// The number of keys in a zone, as a power of two.
    var shift: Int64 {
        switch self {
        case .events: 10
        case .requests: 8
        }
    }

    /// `FROM` and `WHERE` for the rows of a table whose time lies in a window, from `?2` to before
    /// `?3`.
    ///
    /// `joined`: further tables, joined to the rows, which are `r`.
    ///
    /// Further conditions go on with `AND`. The cross join makes SQLite read the zones first, and
    /// of the rows only those of zones that overlap the window, in the order of their keys.
    func rowsInWindow(of rows: String, joined: String = "") -> String {
        """
        FROM \(table) CROSS JOIN \(rows) r \(joined)
        WHERE latest >= ?2 AND earliest < ?3
            AND r.\(columns.key) >= zone << \(shift) AND r.\(columns.key) < (zone + 1) << \(shift)
            AND \(columns.time) >= ?2 AND \(columns.time) < ?3
        """
    }

    /// The same for the requests of a reach, which also began before `?4`, however long after it they ended.
    static func requests(in reach: RequestReach, of rows: String) -> String {
        guard reach.isUndecided else {
            return requests.rowsInWindow(of: rows) + " AND begun < ?4 AND begun_at < ?4"
        }
        // Among many requests they are few, and have an index.
        let time = requests.columns.time
        return """
            FROM \(rows) r
            WHERE outcome IS NULL AND \(time) >= ?2 AND \(time) < ?3 AND begun_at < ?4
            """
    }

    /// The same where the window holds all rows; the parameters are there, too.
    static func allRows(of rows: String) -> String { "FROM \(rows) r WHERE ?2 < ?3" }

    /// The error of a row that lies where no zone is.
    static var strayRow: DatabaseError {
        DatabaseError(
            resultCode: .SQLITE_CORRUPT,
            message: "a row lies outside of the time that is noted of all"
        )
    }

    /// From the first time of all rows to behind the last; empty where there are none.
    func span(_ db: Database) throws -> TimeWindow {
        let ends = try Row.fetchOne(db, sql: "SELECT min(earliest), max(latest) FROM \(table)")
        guard let first = try ends?.value(0) as Int64?, let last = try ends?.value(1) as Int64?
        else { return TimeWindow(since: .distantFuture, until: .distantPast) }
        return TimeWindow(since: Timestamp(micros: first), until: Timestamp(micros: last) + 1)
    }

    /// No spans yet, for the rows of a commit.
    var noSpans: ZoneSpans { ZoneSpans(shift: shift) }

    /// Widens the zones to hold new rows.
    func widen(_ spans: ZoneSpans, _ db: Database) throws {
        let widen = try db.cachedStatement(sql: widening)
        for span in spans.inOrder {
            var arguments: StatementArguments = [span.zone, span.earliest, span.latest]
            if self == .requests { arguments += [span.begun] }
            try widen.execute(arguments: arguments)
        }
    }

    /// A zone that is wide enough already is not written at all.
    private var widening: String {
        switch self {
        case .events:
            """
            INSERT INTO event_zones (zone, earliest, latest) VALUES (?, ?, ?)
            ON CONFLICT (zone) DO UPDATE SET earliest = min(earliest, excluded.earliest),
                latest = max(latest, excluded.latest)
            WHERE earliest > excluded.earliest OR latest < excluded.latest
            """
        case .requests:
            """
            INSERT INTO request_zones (zone, earliest, latest, begun) VALUES (?, ?, ?, ?)
            ON CONFLICT (zone) DO UPDATE SET earliest = min(earliest, excluded.earliest),
                latest = max(latest, excluded.latest), begun = min(begun, excluded.begun)
            WHERE earliest > excluded.earliest OR latest < excluded.latest
                OR begun > excluded.begun
            """
        }
    }

    /// The keys of a zone.
    func keys(of zone: Int64) -> Range<Int64> { zone << shift..<(zone + 1) << shift }

    /// The next zones that may hold rows from before a moment, ascending.
    func zones(
        before moment: Timestamp,
        after zone: Int64,
        max: Int,
        _ db: Database
    ) throws -> [Int64] {
        let find = try db.cachedStatement(
            sql: "SELECT zone FROM \(table) WHERE zone > ? AND earliest < ? ORDER BY zone LIMIT ?"
        )
        return try Int64.fetchAll(find, arguments: [zone, moment.micros, max])
    }

    /// The time of the oldest event, if there is one.
    static func oldestEvent(_ db: Database) throws -> Timestamp? {
        try Int64.fetchOne(db, sql: "SELECT min(earliest) FROM event_zones").map(
            Timestamp.init(micros:)
        )
    }

    /// Makes zones as narrow as their rows are, once some have been removed.
    func narrow(_ zones: [Int64], _ db: Database) throws {
        let rows = tables.map {
            "\(spans(of: $0)) WHERE \(columns.key) >= ?2 AND \(columns.key) < ?3"
        }.joined(separator: " UNION ALL ")
        let remove = "DELETE FROM \(table) WHERE zone = ?"
        let insert = """
            INSERT INTO \(table) \(written)
            SELECT ?1, min(time), max(time)\(least) FROM (\(rows)) HAVING count(*) > 0
            """
        for zone in zones {
            let keys = keys(of: zone)
            try db.forEachStep(remove, [zone]) { _ in }
            try db.forEachStep(insert, [zone, keys.lowerBound, keys.upperBound]) { _ in }
        }
    }

    /// The key of each row of a table, when it lies, and when it began.
    private func spans(of rows: String) -> String {
        let begun = self == .requests ? "begun_at" : columns.time
        return
            "SELECT \(columns.key) AS key, \(columns.time) AS time, \(begun) AS begun FROM \(rows)"
    }

    /// The columns of a zone.
    private var written: String {
        "(zone, earliest, latest\(self == .requests ? ", begun" : ""))"
    }

    private var least: String { self == .requests ? ", min(begun)" : "" }

    /// Makes the zones anew, as narrow as their rows are.
    ///
    /// Reads and sorts all rows: 0.5 s for a million.
    func rebuild(_ db: Database) throws {
        let rows = tables.map(spans).joined(separator: " UNION ALL ")
        try db.execute(
            sql: """
                DELETE FROM \(table);
                INSERT INTO \(table) \(written)
                SELECT key >> \(shift), min(time), max(time)\(least) FROM (\(rows)) GROUP BY 1;
                """
        )
    }
}
