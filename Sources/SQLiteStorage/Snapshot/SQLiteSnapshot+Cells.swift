import AgentEvents
import EventStorage
import Rollups

extension SQLiteSnapshot {
    func forEachCell<Cell: CellValue>(
        _: Cell.Type,
        width: BucketWidth,
        buckets: Range<Int64>,
        _ body: (CellKey, Int64, Cell) throws -> Void
    ) throws {
        let keys = try cellKeys.stored(of: Cell.series, db)
        try CellTable.stored.forEach(.each(width, of: Cell.self), buckets: buckets, in: db) {
            place,
            bytes in
            // A key of a newer version is in no metric.
            guard let key = keys[place.key] else { return }
            try body(key, place.bucket, try CellReader.cell(Cell.self, in: bytes))
        }
    }

    func forEachTotal<Cell: CellValue>(
        _: Cell.Type,
        width: BucketWidth,
        buckets: Range<Int64>,
        _ body: (CellKey, Int64, Cell) throws -> Void
    ) throws {
        try CellTable.stored.forEach(.total(width, of: Cell.self), buckets: buckets, in: db) {
            place,
            bytes in
            let code = UInt8(truncatingIfNeeded: place.key)
            let key = CellKey(series: Cell.series, agent: .none, code: code)
            try body(key, place.bucket, try CellReader.cell(Cell.self, in: bytes))
        }
    }

    func quarters(_ buckets: Range<Int64>) throws -> [QuarterVolume] {
        try QuarterVolumes.list(buckets, db)
    }

    func foldedNames() throws -> Int64 { try CellKeys.foldedNames(db) }
}
