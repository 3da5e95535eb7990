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

    /// The same for requests that also began before `?4`, however long after it they ended.
    static func requestsInWindow(of rows: String) -> String {
        requests.rowsInWindow(of: rows) + " AND begun < ?4 AND begun_at < ?4"
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

    /// Makes the zones anew, as narrow as their rows are.
    ///
    /// Reads and sorts all rows: 0.5 s for a million.
    func rebuild(_ db: Database) throws {
        let begun = self == .requests ? "begun_at" : columns.time
        let rows = tables.map {
            "SELECT \(columns.key) AS key, \(columns.time) AS time, \(begun) AS begun FROM \($0)"
        }.joined(separator: " UNION ALL ")
        let first = self == .requests ? ", begun" : ""
        let least = self == .requests ? ", min(begun)" : ""
        try db.execute(
            sql: """
                DELETE FROM \(table);
                INSERT INTO \(table) (zone, earliest, latest\(first))
                SELECT key >> \(shift), min(time), max(time)\(least) FROM (\(rows)) GROUP BY 1;
                """
        )
    }
}
