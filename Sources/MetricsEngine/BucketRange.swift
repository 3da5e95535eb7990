import AgentEvents
import EventStorage
import Rollups

/// Neighbouring buckets of one width.
struct BucketRange: Sendable, Equatable {
    var width: BucketWidth
    /// The buckets as `BucketWidth.bucket(holding:)` numbers them.
    var buckets: Range<Int64>

    /// Every bucket of a width.
    static func all(_ width: BucketWidth) -> BucketRange {
        let ends = (width.bucket(holding: .distantPast), width.bucket(holding: .distantFuture))
        return BucketRange(width: width, buckets: ends.0..<ends.1)
    }
}

extension CellReading {
    /// Hands over the cells of buckets in chunks, so that each is grouped and filtered at once.
    func forEachCell<Cell: CellValue>(
        of type: Cell.Type,
        in ranges: [BucketRange],
        _ body: ([CellUnit<Cell>]) throws -> Void
    ) throws {
        let chunk = 256
        var units: [CellUnit<Cell>] = []
        for range in ranges {
            try forEachCell(type, width: range.width, buckets: range.buckets) { key, bucket, cell in
                units.append(CellUnit(key: key, time: range.width.start(of: bucket), cell: cell))
                guard units.count == chunk else { return }
                try body(units)
                units.removeAll(keepingCapacity: true)
            }
        }
        try body(units)
    }
}
