import AgentEvents
import EventStorage
import GRDB
import Rollups

/// How many calls and requests the quarters of an hour hold: the table `quarters`.
///
/// The minutes of a quarter that holds few have no cells: these would be nearly as many as the rows,
/// and cost more to keep than it costs to read those rows.
final class QuarterVolumes {
    private let minUnits: Int64
    private var units: [Int64: Int64]
    /// Where the units of a quarter are looked up that was not asked for yet; `nil` where all are known.
    private let db: Database?
    /// The quarter that was asked for last: most units lie in the same one as the unit before.
    private var latest: (bucket: Int64, hasMinutes: Bool)?

    /// The stored ones.
    init(_ db: Database) throws {
        self.db = db
        units = [:]
        minUnits = try Self.minUnits(db)
    }

    private init(counted units: [Int64: Int64], _ db: Database) throws {
        self.db = nil
        self.units = units
        minUnits = try Self.minUnits(db)
    }

    /// The number of units from which the minutes of a quarter have cells.
    private static func minUnits(_ db: Database) throws -> Int64 {
        let sql = "SELECT value FROM settings WHERE name = 'minute_cells_from'"
        // A database without the setting has no cells of minutes.
        return try Int64.fetchOne(try db.cachedStatement(sql: sql)) ?? .max
    }

    /// The quarters between two moments whose minutes have cells.
    static func fine(
        from first: Timestamp,
        through last: Timestamp,
        _ db: Database
    ) throws -> Set<Int64> {
        let width = BucketWidth.quarter
        let buckets = width.bucket(holding: first)..<width.bucket(holding: last) + 1
        return Set(try list(buckets, db).filter(\.hasMinutes).map(\.bucket))
    }

    /// Whether the minutes of a quarter have cells.
    func hasMinutes(_ bucket: Int64) throws -> Bool {
        if let latest, latest.bucket == bucket { return latest.hasMinutes }
        let hasMinutes = try stored(bucket) >= minUnits
        latest = (bucket, hasMinutes)
        return hasMinutes
    }

    private func stored(_ bucket: Int64) throws -> Int64 {
        if let known = units[bucket] { return known }
        guard let db else { return 0 }
        let find = try db.cachedStatement(sql: "SELECT units FROM quarters WHERE bucket = ?")
        let stored = try Int64.fetchOne(find, arguments: [bucket]) ?? 0  // no row: it holds nothing
        units[bucket] = stored
        return stored
    }

    /// Stores what came and went, by quarter; gives the quarters whose minutes have cells from now on,
    /// and those whose minutes have none any more.
    func change(
        by changes: [Int64: Int64],
        _ db: Database
    ) throws -> (filled: [Int64], thinned: [Int64]) {
        let store = try db.cachedStatement(
            sql: """
                INSERT INTO quarters (bucket, units) VALUES (?1, ?2)
                ON CONFLICT (bucket) DO UPDATE SET units = excluded.units
                """
        )
        let remove = try db.cachedStatement(sql: "DELETE FROM quarters WHERE bucket = ?")
        var (filled, thinned): ([Int64], [Int64]) = ([], [])
        for (bucket, change) in changes.sorted(by: { $0.key < $1.key }) where change != 0 {
            let before = try stored(bucket)
            let after = before + change
            if after == 0 {
                try remove.execute(arguments: [bucket])
            } else {
                try store.execute(arguments: [bucket, after])
            }
            units[bucket] = after
            if before < minUnits, after >= minUnits { filled.append(bucket) }
            if before >= minUnits, after < minUnits { thinned.append(bucket) }
        }
        latest = nil
        return (filled, thinned)
    }
}

extension QuarterVolumes {
    /// What the rows give from the retention horizon on, and what is noted from before it.
    static func counted(
        _ clock: RequestClock,
        from horizon: Timestamp,
        _ db: Database
    ) throws -> QuarterVolumes {
        var units: [Int64: Int64] = [:]
        let width = BucketWidth.quarter
        let first = width.bucket(holding: horizon)
        for table in [EventTable.llmCalls, .toolCalls] {
            let scan = RowScan(columns: ["timestamp"], source: "FROM \(table.name)")
            try scan.run([], in: db) { rows in
                for index in 0..<rows.count {
                    let time = Timestamp(micros: rows[index].int64(0))
                    units[width.bucket(holding: time), default: 0] += 1
                }
            }
        }
        try RequestRowReader.run(db) { rows in
            for row in rows {
                units[width.bucket(holding: clock.status(of: row).closedAt), default: 0] += 1
            }
        }
        units = units.filter { $0.key >= first }
        for quarter in try list(.min..<first, db) { units[quarter.bucket] = quarter.units }
        return try QuarterVolumes(counted: units, db)
    }

    /// Replaces the table by these.
    func replaceStored(_ db: Database) throws {
        struct Quarter {
            var bucket: Int64
            var units: Int64
        }
        let rows = units.map { Quarter(bucket: $0.key, units: $0.value) }
        let insert = RowInsert(
            table: "quarters",
            columns: [
                ("bucket", .int64(offset(\Quarter.bucket))),
                ("units", .int64(offset(\Quarter.units))),
            ]
        )
        try db.execute(sql: "DELETE FROM quarters")
        try insert(db, rows.sorted { $0.bucket < $1.bucket }, texts: TextArena())
    }

    /// The quarters of which the table says something else.
    func differences(from db: Database) throws -> [Int64] {
        var stored: [Int64: Int64] = [:]
        for quarter in try Self.list(Int64.min..<Int64.max, db) {
            stored[quarter.bucket] = quarter.units
        }
        return Set(stored.keys).union(units.keys).filter { stored[$0] != units[$0] }.sorted()
    }

    /// The stored quarters in a range of buckets, ascending.
    static func list(_ buckets: Range<Int64>, _ db: Database) throws -> [QuarterVolume] {
        let minUnits = try minUnits(db)
        let horizon = try RetentionState.load(db).horizon.rows
        let fine = BucketWidth.quarter.bucket(holding: horizon)
        var quarters: [QuarterVolume] = []
        let scan = RowScan(
            columns: ["bucket", "units"],
            source: "FROM quarters WHERE bucket >= ?2 AND bucket < ?3"
        )
        try scan.run([buckets.lowerBound, buckets.upperBound], in: db) { rows in
            for index in 0..<rows.count {
                let (bucket, units) = (rows[index].int64(0), rows[index].int64(1))
                let hasMinutes = units >= minUnits && bucket >= fine
                quarters.append(
                    QuarterVolume(bucket: bucket, units: units, hasMinutes: hasMinutes)
                )
            }
        }
        return quarters
    }
}
