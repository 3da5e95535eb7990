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
    ///
    /// `totals`: whether it does not matter which agents, models, providers and tools the calls have.
    /// `sketches`: whether anybody asks how values lie.
    func forEachCell<Cell: CellValue>(
        of type: Cell.Type,
        in ranges: [BucketRange],
        totals: Bool = false,
        sketches: Bool,
        _ body: ([CellUnit<Cell>]) throws -> Void
    ) throws {
        let chunk = 256
        var units: [CellUnit<Cell>] = []
        let reaches = ranges.map { range in
            let haveTotals =
                Cell.series.hasTotals && (range.width == .hour || range.width == .day)
            return CellReach(
                width: range.width,
                buckets: range.buckets,
                areTotals: totals && haveTotals,
                needsSketches: sketches
            )
        }
        try forEachCell(type, inEach: reaches) { index, key, bucket, cell in
            let time = ranges[index].width.start(of: bucket)
            units.append(CellUnit(key: key, time: time, cell: cell))
            guard units.count == chunk else { return }
            try body(units)
            units.removeAll(keepingCapacity: true)
        }
        try body(units)
    }
}
