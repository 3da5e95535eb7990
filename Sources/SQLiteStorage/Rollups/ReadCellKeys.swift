import GRDB
import Rollups

/// The cell keys of one read transaction, read once: a report asks for cells of every series in every
/// width.
final class ReadCellKeys {
    private var bySeries: [CellSeries: [Int64: CellKey]] = [:]

    /// The stored keys of a series by their ids.
    func stored(of series: CellSeries, _ db: Database) throws -> [Int64: CellKey] {
        if let keys = bySeries[series] { return keys }
        let keys = try CellKeys.stored(of: series, db)
        bySeries[series] = keys
        return keys
    }
}
