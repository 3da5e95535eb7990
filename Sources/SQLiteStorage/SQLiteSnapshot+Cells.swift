import EventStorage
import Rollups

/// Cells out of rows, until they are stored.
extension SQLiteSnapshot {
    func forEachCell<Cell: CellValue>(
        _ type: Cell.Type,
        _ width: BucketWidth,
        buckets: Range<Int64>,
        _ body: (CellKey, Int64, Cell) throws -> Void
    ) throws {
        try CellFold(of: self).forEachCell(type, width, buckets: buckets, body)
    }
}
