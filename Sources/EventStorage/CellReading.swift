package import Rollups

/// How much a quarter of an hour holds.
package struct QuarterVolume: Sendable, Equatable {
    /// As `BucketWidth.quarter` numbers it.
    package var bucket: Int64
    /// The calls that ended in it and the requests that closed in it.
    package var units: Int64
    /// Whether there are cells of its minutes; else those are read from rows.
    package var hasMinutes: Bool

    package init(bucket: Int64, units: Int64, hasMinutes: Bool) {
        self.bucket = bucket
        self.units = units
        self.hasMinutes = hasMinutes
    }
}

/// Which rollup cells somebody wants to see.
package struct CellReach: Sendable, Hashable {
    /// Minutes have cells only where `CellReading.quarters` says so.
    package var width: BucketWidth
    /// Numbers as `BucketWidth.bucket(holding:)` gives them.
    package var buckets: Range<Int64>
    /// Whether the calls with the same error class are wanted together; such cells are of hours and days.
    package var areTotals: Bool
    /// Whether anybody asks how values lie; else distributions may come with their counts, sums and extremes
    /// alone.
    package var needsSketches: Bool

    package init(
        width: BucketWidth,
        buckets: Range<Int64>,
        areTotals: Bool = false,
        needsSketches: Bool = true
    ) {
        self.width = width
        self.buckets = buckets
        self.areTotals = areTotals
        self.needsSketches = needsSketches
    }
}

/// What can hand over rollup cells.
package protocol CellReading {
    /// The quarters of an hour in a range of buckets that hold anything, ascending.
    func quarters(_ buckets: Range<Int64>) throws -> [QuarterVolume]

    /// Hands over the cells of a reach, by ascending bucket.
    ///
    /// The body gets the key, the bucket and the cell; the keys of totals name nothing but the error class.
    ///
    /// - Throws: `CellError.malformed` where a cell cannot be read, and what the store throws.
    func forEachCell<Cell: CellValue>(
        _ type: Cell.Type,
        in reach: CellReach,
        _ body: (CellKey, Int64, Cell) throws -> Void
    ) throws

    /// Hands over the cells of some reaches that have none in common; each by ascending bucket.
    ///
    /// The body gets the index of the reach, too. One question to a store that is far away.
    func forEachCell<Cell: CellValue>(
        _ type: Cell.Type,
        inEach reaches: [CellReach],
        _ body: (Int, CellKey, Int64, Cell) throws -> Void
    ) throws

    /// How many agents, models, tools and providers are counted as `CellKey.otherName`.
    func foldedNames() throws -> Int64
}

extension CellReading {
    package func forEachCell<Cell: CellValue>(
        _ type: Cell.Type,
        inEach reaches: [CellReach],
        _ body: (Int, CellKey, Int64, Cell) throws -> Void
    ) throws {
        for (index, reach) in reaches.enumerated() {
            try forEachCell(type, in: reach) { try body(index, $0, $1, $2) }
        }
    }
}
