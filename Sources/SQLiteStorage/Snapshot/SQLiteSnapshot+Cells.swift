import AgentEvents
import EventStorage
import Rollups

extension SQLiteSnapshot {
    func forEachCell<Cell: CellValue>(
        _: Cell.Type,
        in reach: CellReach,
        _ body: (CellKey, Int64, Cell) throws -> Void
    ) throws {
        let keys = reach.areTotals ? [:] : try cellKeys.stored(of: Cell.series, db)
        let level = CellLevel(series: Cell.series, width: reach.width, isTotal: reach.areTotals)
        try CellTable.stored.forEach(level, buckets: reach.buckets, in: db) { place, bytes in
            let key: CellKey
            if reach.areTotals {
                let code = UInt8(truncatingIfNeeded: place.key)
                key = CellKey(series: Cell.series, agent: .none, code: code)
            } else {
                // A key of a newer version is in no metric.
                guard let stored = keys[place.key] else { return }
                key = stored
            }
            let cell = try CellReader.cell(Cell.self, in: bytes, withSketches: reach.needsSketches)
            try body(key, place.bucket, cell)
        }
    }

    func quarters(_ buckets: Range<Int64>) throws -> [QuarterVolume] {
        try QuarterVolumes.list(buckets, db)
    }

    func foldedNames() throws -> Int64 { try CellKeys.foldedNames(db) }
}
