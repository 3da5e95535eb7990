package import EventStorage
import GRDB
import Rollups
import Synchronization

extension SQLiteStore {
    /// Looks through everything for damage, and compares the rollup cells with the rows.
    ///
    /// One read transaction; the recounted cells go into a temporary table, so memory stays
    /// bounded. A connection of its own, since one that may write makes no table while it reads.
    package func examine() throws -> [StoreFinding] {
        try Self.mappingErrors(path) {
            let reader = try Self.openQueue(file)
            return try reader.read { db in
                // One row may hold many findings, each on a line.
                let damage = try String.fetchAll(db, sql: "PRAGMA integrity_check")
                    .flatMap { $0.split(whereSeparator: \.isNewline).map(String.init) }
                    .filter { $0 != "ok" }
                // Scans of a damaged file fail or say what is not so.
                guard damage.isEmpty else { return damage.map { StoreFinding(.integrity, $0) } }
                return try CellComparison.run(db) + Self.wrongCounts(db)
            }
        }
    }

    private static func wrongCounts(_ db: Database) throws -> [StoreFinding] {
        var findings: [StoreFinding] = []
        let wrongOrphans = try OrphanEvents.wrong(db)
        if wrongOrphans > 0 {
            let text = "\(wrongOrphans) events without a request are noted wrongly or not at all"
            findings.append(StoreFinding(.rollups, text))
        }
        let (stored, counted) = (try StoreCounts.load(db), try StoreCounts.counted(db))
        guard stored != counted else { return findings }
        let text =
            "\(stored.events) events and \(stored.requests) requests are noted, and there are "
            + "\(counted.events) and \(counted.requests)"
        return findings + [StoreFinding(.rollups, text)]
    }

    /// Makes the rollup cells and the counts anew from the rows, in one transaction; gives how many
    /// cells there are.
    package func rebuildCells() throws -> Int64 {
        try write { db in
            try StoreCounts.rebuild(db)
            try OrphanEvents.rebuild(db)
            try CellRebuild.run(db)
            return try Int64.fetchOne(db, sql: "SELECT count(*) FROM cells") ?? 0  // one row
        }
    }
}

/// The stored cells beside those that the rows give.
private enum CellComparison {
    private static let recounted = CellTable(name: "temp.recounted_cells")
    /// The number of differing cells that are named; further ones are counted.
    private static let maxNamed = 20

    /// The temporary table goes with the connection.
    static func run(_ db: Database) throws -> [StoreFinding] {
        try db.execute(
            sql: """
                CREATE TEMP TABLE recounted_cells (
                    series INTEGER, width INTEGER, bucket INTEGER, key INTEGER, cell BLOB,
                    PRIMARY KEY (series, width, bucket, key)) WITHOUT ROWID
                """
        )
        let quarters = try CellRebuild.recount(into: recounted, db)
        let wrong = try quarters.differences(from: db).map {
            StoreFinding(.rollups, "quarter \($0) does not hold what is noted")
        }
        var findings = named(wrong, whatOfEach: "does not hold what is noted")
        for (what, sql) in differences { findings += try find(what, sql: sql, in: db) }
        return findings
    }

    private static let differences = [
        (
            "is missing",
            """
            SELECT width, bucket, key FROM temp.recounted_cells r WHERE NOT EXISTS (SELECT 1
                FROM main.cells c WHERE (c.series, c.width, c.bucket, c.key)
                    = (r.series, r.width, r.bucket, r.key))
            """
        ),
        (
            "has no rows",
            """
            SELECT width, bucket, key FROM main.cells c WHERE NOT EXISTS (SELECT 1
                FROM temp.recounted_cells r WHERE (r.series, r.width, r.bucket, r.key)
                    = (c.series, c.width, c.bucket, c.key))
            """
        ),
        (
            "differs from its rows",
            """
            SELECT width, bucket, key FROM main.cells c JOIN temp.recounted_cells r
                USING (series, width, bucket, key) WHERE c.cell <> r.cell
            """
        ),
    ]

    private static func find(
        _ what: String,
        sql: String,
        in db: Database
    ) throws -> [StoreFinding] {
        var findings: [StoreFinding] = []
        let rows = try Row.fetchCursor(db, sql: sql)
        while let row = try rows.next() {
            let (width, bucket, key): (Int64, Int64, Int64) = (
                try row.value(0), try row.value(1), try row.value(2)
            )
            let place = "cell \(key) of bucket \(bucket), width \(width),"
            findings.append(StoreFinding(.rollups, "\(place) \(what)"))
        }
        return named(findings, whatOfEach: what)
    }

    /// The first findings, and how many more there are.
    private static func named(_ findings: [StoreFinding], whatOfEach: String) -> [StoreFinding] {
        guard findings.count > maxNamed else { return findings }
        let more = "\(findings.count - maxNamed) more, of which each \(whatOfEach)"
        return findings.prefix(maxNamed) + [StoreFinding(.rollups, more)]
    }
}
