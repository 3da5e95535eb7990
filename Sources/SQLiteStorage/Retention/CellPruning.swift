import AgentEvents
import EventStorage
import GRDB
import Rollups

/// Removes the cells that nobody needs below a horizon: those of minutes, and all that are older than
/// cells are kept.
struct CellPruning {
    let db: Database
    let horizon: RetentionHorizon

    /// Removes some; gives how many, or `nil` where there are none.
    func prune() throws -> Int64? {
        for series in CellSeries.allCases {
            let minutes = CellLevel(series: series, width: .minute, isTotal: false)
            if let removed = try prune(minutes, before: horizon.rows) { return removed }
            for width in BucketWidth.allCases where width != .minute {
                for isTotal in [false, true] {
                    let level = CellLevel(series: series, width: width, isTotal: isTotal)
                    if let removed = try prune(level, before: horizon.cells) { return removed }
                }
            }
        }
        return nil
    }

    /// Removes the oldest buckets of a level.
    private func prune(_ level: CellLevel, before moment: Timestamp) throws -> Int64? {
        let end = level.width.bucket(holding: moment)
        guard let first = try CellTable.stored.oldest(level, db), first < end else { return nil }
        let buckets = first..<min(end, first + Self.maxBuckets)
        try CellTable.stored.delete(buckets, level, in: db)
        return Int64(db.changesCount)
    }

    /// The number of buckets of one level that are removed in one transaction.
    private static let maxBuckets: Int64 = 1_440

    /// Removes what is noted of quarters without cells, and makes one row of each source's part of the
    /// ledger that is as old: counts of lines stay.
    func pruneNotes() throws {
        try db.execute(
            sql: "DELETE FROM quarters WHERE bucket < ?",
            arguments: [BucketWidth.quarter.bucket(holding: horizon.cells)]
        )
        let columns = SourceLedger.counts.map(\.name)
        let sums = columns.map { "sum(\($0))" }.joined(separator: ", ")
        let before = horizon.cells.micros
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO ledger (source, minute, \(columns.joined(separator: ", ")))
                SELECT source, max(minute), \(sums) FROM ledger WHERE minute < ?
                GROUP BY source HAVING count(*) > 1
                """,
            arguments: [before]
        )
        try db.execute(
            sql: """
                DELETE FROM ledger WHERE minute < ?1 AND minute < (SELECT max(minute) FROM ledger l
                    WHERE l.source = ledger.source AND l.minute < ?1)
                """,
            arguments: [before]
        )
    }
}
