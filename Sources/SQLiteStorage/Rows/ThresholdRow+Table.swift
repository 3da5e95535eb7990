import EventStorage
import GRDB

extension ThresholdRow: FetchableRecord, PersistableRecord {
    package static var databaseTableName: String { "thresholds" }

    /// The rules in the order of their file.
    static func load(_ db: Database) throws -> [ThresholdRow] {
        try ThresholdRow.order(sql: "position, name").fetchAll(db)
    }

    /// Stores rules in place of those that are there.
    static func replace(with rows: [ThresholdRow], _ db: Database) throws {
        try ThresholdRow.deleteAll(db)
        for (position, row) in rows.enumerated() {
            var row = row
            row.position = position
            try row.insert(db)
        }
    }
}
