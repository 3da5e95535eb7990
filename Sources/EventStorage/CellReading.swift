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

/// What can hand over rollup cells.
package protocol CellReading {
    /// The quarters of an hour in a range of buckets that hold anything, ascending.
    func quarters(_ buckets: Range<Int64>) throws -> [QuarterVolume]

    /// Hands over the cells of one width whose buckets lie in a range, by ascending bucket.
    ///
    /// Minutes have cells only where `quarters` says so.
    ///
    /// `buckets`: numbers as `BucketWidth.bucket(holding:)` gives them. The body gets the key, the
    /// bucket and the cell.
    ///
    /// - Throws: `CellError.malformed` where a cell cannot be read, and what the store throws.
    func forEachCell<Cell: CellValue>(
        _ type: Cell.Type,
        width: BucketWidth,
        buckets: Range<Int64>,
        _ body: (CellKey, Int64, Cell) throws -> Void
    ) throws

    /// Hands over the cells of all calls with the same error class together, of hours or days, as
    /// `forEachCell` does; their keys name nothing but that.
    func forEachTotal<Cell: CellValue>(
        _ type: Cell.Type,
        width: BucketWidth,
        buckets: Range<Int64>,
        _ body: (CellKey, Int64, Cell) throws -> Void
    ) throws

    /// How many agents, models, tools and providers are counted as `CellKey.otherName`.
    func foldedNames() throws -> Int64
}
