import AgentEvents
import GRDB
import Rollups

/// Cells of one series whose buckets are equally wide and whose units have equally much in common.
struct CellLevel: Hashable {
    let series: CellSeries
    let width: BucketWidth
    /// Whether units with the same code are together, whatever else their keys say.
    let isTotal: Bool

    static func each<Cell: CellValue>(_ width: BucketWidth, of _: Cell.Type) -> CellLevel {
        CellLevel(series: Cell.series, width: width, isTotal: false)
    }

    static func total<Cell: CellValue>(_ width: BucketWidth, of _: Cell.Type) -> CellLevel {
        CellLevel(series: Cell.series, width: width, isTotal: true)
    }

    /// What stands in the columns `series` and `width`.
    var columns: [Int64] {
        [Int64(series.rawValue), Int64(width.rawValue) + (isTotal ? 10 : 0)]
    }
}

/// The rows of `cells`, or of a temporary table of the same shape.
struct CellTable {
    let name: String

    static let stored = CellTable(name: "cells")

    /// Cells that are to be stored, as bytes.
    struct Rows {
        private struct CellRow {
            var series: Int64
            var width: Int64
            var bucket: Int64
            var key: Int64
            var cell: TextIndex
        }
        private var rows: [CellRow] = []
        private var bytes = TextArena()

        /// Rows are best added by ascending place.
        mutating func append(_ cell: some CellValue, _ level: CellLevel, place: CellPlace) {
            rows.append(
                CellRow(
                    series: level.columns[0],
                    width: level.columns[1],
                    bucket: place.bucket,
                    key: place.key,
                    cell: bytes.append(CellBytes(of: cell).bytes)
                )
            )
        }

        fileprivate func store(in table: String, _ db: Database) throws {
            let insert = RowInsert(
                table: table,
                columns: [
                    ("series", .int64(offset(\CellRow.series))),
                    ("width", .int64(offset(\CellRow.width))),
                    ("bucket", .int64(offset(\CellRow.bucket))),
                    ("key", .int64(offset(\CellRow.key))),
                    ("cell", .blob(offset(\CellRow.cell))),
                ],
                verb: "INSERT OR REPLACE"
            )
            try insert(db, rows, texts: bytes)
        }
    }

    func store(_ rows: Rows, _ db: Database) throws { try rows.store(in: name, db) }

    func delete(_ places: [CellPlace], _ level: CellLevel, in db: Database) throws {
        guard !places.isEmpty else { return }
        let delete = try db.cachedStatement(
            sql: "DELETE FROM \(name) WHERE series = ? AND width = ? AND bucket = ? AND key = ?"
        )
        for place in places {
            try delete.execute(
                arguments: StatementArguments(level.columns + [place.bucket, place.key])
            )
        }
    }

    /// Deletes the cells of a range of buckets.
    func delete(_ buckets: Range<Int64>, _ level: CellLevel, in db: Database) throws {
        let delete = try db.cachedStatement(
            sql: "DELETE FROM \(name) WHERE series = ? AND width = ? AND bucket >= ? AND bucket < ?"
        )
        try delete.execute(
            arguments: StatementArguments(level.columns + [buckets.lowerBound, buckets.upperBound])
        )
    }

    /// The last bucket of a level that has cells; `nil` where none has.
    func newest(_ level: CellLevel, _ db: Database) throws -> Int64? {
        let find = try db.cachedStatement(
            sql: "SELECT max(bucket) FROM \(name) WHERE series = ? AND width = ?"
        )
        return try Int64.fetchOne(find, arguments: StatementArguments(level.columns))
    }

    /// The first bucket of a level that has cells; `nil` where none has.
    func oldest(_ level: CellLevel, _ db: Database) throws -> Int64? {
        let find = try db.cachedStatement(
            sql: "SELECT min(bucket) FROM \(name) WHERE series = ? AND width = ?"
        )
        return try Int64.fetchOne(find, arguments: StatementArguments(level.columns))
    }

    /// Hands over the cells of one bucket whose keys lie in a range, by ascending key.
    func forEach(
        _ level: CellLevel,
        bucket: Int64,
        keys: ClosedRange<Int64>,
        in db: Database,
        _ body: (CellPlace, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let sql = """
            SELECT bucket, key, cell FROM \(name)
            WHERE series = ?1 AND width = ?2 AND bucket = ?3 AND key >= ?4 AND key <= ?5
            ORDER BY bucket, key
            """
        let bounds = level.columns + [bucket, keys.lowerBound, keys.upperBound]
        try run(sql, arguments: bounds, in: db, body)
    }

    /// Hands over the cells of a range of buckets, by ascending bucket and key.
    func forEach(
        _ level: CellLevel,
        buckets: Range<Int64>,
        in db: Database,
        _ body: (CellPlace, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let sql = """
            SELECT bucket, key, cell FROM \(name)
            WHERE series = ?1 AND width = ?2 AND bucket >= ?3 AND bucket < ?4
            ORDER BY bucket, key
            """
        let bounds = level.columns + [buckets.lowerBound, buckets.upperBound]
        try run(sql, arguments: bounds, in: db, body)
    }

    private func run(
        _ sql: String,
        arguments: [Int64],
        in db: Database,
        _ body: (CellPlace, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try db.forEachStep(sql, arguments) { row in
            try body(CellPlace(bucket: row.int64(0), key: row.int64(1)), row.bytes(2))
        }
    }
}
