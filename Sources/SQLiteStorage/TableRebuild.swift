import Foundation
import GRDB

/// Gives a table of an older version the shape that it has in schema.sql.
///
/// `ALTER TABLE` would leave another text in `sqlite_master` than a new database has, and then the two
/// could not be compared. Runs inside the migration's transaction: after a crash all is as before.
enum TableRebuild {
    /// Makes the table anew and copies its rows.
    ///
    /// `filling`: an expression over the old columns for each new one that may not be NULL.
    static func run(_ table: String, filling: [String: String], _ db: Database) throws {
        let old = Set(try db.columns(in: table).map(\.name))
        try db.execute(sql: "CREATE TEMP TABLE rebuilt AS SELECT * FROM main.\(table)")
        try db.execute(sql: "DROP TABLE main.\(table)")
        try create(table, db)
        let kept = try db.columns(in: table).map(\.name)
            .filter { old.contains($0) || filling[$0] != nil }
        let values = kept.map { filling[$0] ?? $0 }  // what is not filled is copied
        try db.execute(
            sql: """
                INSERT INTO main.\(table) (\(kept.joined(separator: ", ")))
                SELECT \(values.joined(separator: ", ")) FROM temp.rebuilt
                """
        )
        try db.execute(sql: "DROP TABLE temp.rebuilt")
    }

    /// Makes a table as schema.sql says.
    static func create(_ table: String, _ db: Database) throws {
        try db.execute(sql: text(from: "CREATE TABLE \(table) (", to: "\n) STRICT"))
    }

    /// Makes a view or an index as schema.sql says.
    static func create(view: String, _ db: Database) throws {
        try db.execute(sql: text(from: "CREATE VIEW \(view) AS", to: "\nFROM "))
    }

    static func create(index: String, _ db: Database) throws {
        try db.execute(sql: text(from: "CREATE INDEX \(index) ON ", to: " ("))
    }

    /// A statement of schema.sql up to the first `;` after something that ends its comments.
    private static func text(from start: String, to end: String) -> String {
        let schema = SchemaVersion.schema
        guard let start = schema.range(of: start),
            let end = schema.range(of: end, range: start.upperBound..<schema.endIndex),
            let stop = schema.range(of: ";", range: end.upperBound..<schema.endIndex)
        else { preconditionFailure("schema.sql lacks \(start)") }
        return String(schema[start.lowerBound..<stop.lowerBound])
    }
}
