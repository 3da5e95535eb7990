package import Rollups

/// What can hand over rollup cells.
package protocol CellReading {
    /// Hands over the cells of one width whose buckets lie in a range, by ascending bucket.
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

    /// How many agents, models, tools and providers are counted as `CellKey.otherName`.
    func foldedNames() throws -> Int64
}
