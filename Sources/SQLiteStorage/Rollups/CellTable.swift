import AgentEvents
import CSQLiteBatch
import GRDB
import Rollups

/// The rows of `cells`, or of a temporary table of the same shape.
struct CellTable {
    let name: String

    static let stored = CellTable(name: "cells")

    /// Cells that are to be stored, as bytes.
    struct Rows {
        private struct CellRow {
            var width: UInt8
            var bucket: Int64
            var key: Int64
            var cell: TextIndex
        }
        private var rows: [CellRow] = []
        private var bytes = TextArena()

        /// Rows are best added by ascending place.
        mutating func append(_ cell: some CellValue, width: BucketWidth, place: CellPlace) {
            rows.append(
                CellRow(
                    width: width.rawValue,
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
                    ("width", .uint8(offset(\CellRow.width), nullIfZero: false)),
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

    func delete(_ places: [CellPlace], width: BucketWidth, in db: Database) throws {
        guard !places.isEmpty else { return }
        let delete = try db.cachedStatement(
            sql: "DELETE FROM \(name) WHERE width = ? AND bucket = ? AND key = ?"
        )
        for place in places {
            try delete.execute(arguments: [width.rawValue, place.bucket, place.key])
        }
    }

    /// The last bucket that has cells; `nil` where none has.
    func newest(_ width: BucketWidth, _ db: Database) throws -> Int64? {
        let find = try db.cachedStatement(sql: "SELECT max(bucket) FROM \(name) WHERE width = ?")
        return try Int64.fetchOne(find, arguments: [width.rawValue])
    }

    /// Hands over the cells of one bucket whose keys lie in a range, by ascending key.
    func forEach(
        _ width: BucketWidth,
        bucket: Int64,
        keys: ClosedRange<Int64>,
        in db: Database,
        _ body: (CellPlace, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let sql = """
            SELECT bucket, key, cell FROM \(name)
            WHERE width = ?1 AND bucket = ?2 AND key >= ?3 AND key <= ?4 ORDER BY bucket, key
            """
        let bounds = [Int64(width.rawValue), bucket, keys.lowerBound, keys.upperBound]
        try run(sql, arguments: bounds, in: db, body)
    }

    /// Hands over the cells of a range of buckets, by ascending bucket and key.
    func forEach(
        _ width: BucketWidth,
        buckets: Range<Int64>,
        in db: Database,
        _ body: (CellPlace, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let sql = """
            SELECT bucket, key, cell FROM \(name)
            WHERE width = ?1 AND bucket >= ?2 AND bucket < ?3 ORDER BY bucket, key
            """
        let bounds = [Int64(width.rawValue), buckets.lowerBound, buckets.upperBound]
        try run(sql, arguments: bounds, in: db, body)
    }

    private func run(
        _ sql: String,
        arguments: [Int64],
        in db: Database,
        _ body: (CellPlace, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let statement = try db.cachedStatement(sql: sql).sqliteStatement
        defer { sqlite3_reset(statement) }
        for (index, argument) in arguments.enumerated() {
            try DatabaseError.check(sqlite3_bind_int64(statement, Int32(index + 1), argument), sql)
        }
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { throw DatabaseError(db, code, sql) }
            let bytes = UnsafeRawBufferPointer(
                start: sqlite3_column_blob(statement, 2),
                count: Int(sqlite3_column_bytes(statement, 2))
            )
            let place = CellPlace(
                bucket: sqlite3_column_int64(statement, 0),
                key: sqlite3_column_int64(statement, 1)
            )
            try body(place, bytes)
        }
    }
}

extension DatabaseError {
    fileprivate init(_ db: Database, _ code: Int32, _ sql: String) {
        self.init(
            resultCode: ResultCode(rawValue: code),
            message: "\(db.lastErrorMessage ?? "reading cells"): \(sql)"
        )
    }
}
