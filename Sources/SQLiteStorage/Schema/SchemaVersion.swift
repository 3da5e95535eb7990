import EventStorage
import GRDB

/// Which schema a database has.
///
/// `schema.sql` is the whole of it. The one migration runs it on an empty file; a database that the
/// sqlite3 shell made from it carries its version in `user_version` and is taken as migrated.
enum SchemaVersion {
    /// Written into the file's header by schema.sql: "AWCT".
    static let applicationID = 1_096_237_908
    /// How many migrations there are; equal to `user_version` in schema.sql.
    static let newest = 1

    static var schema: String { String(decoding: PackageResources.schema_sql, as: UTF8.self) }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1") { try $0.execute(sql: schema) }
        return migrator
    }

    private static func version(_ db: Database) throws -> Int {
        try integer("PRAGMA user_version", db)
    }

    /// Refuses what is not ours or newer than this program.
    ///
    /// An empty file is neither, and can only be written.
    static func check(_ db: Database, path: String, emptyIsFine: Bool) throws {
        if try isEmpty(db) {
            guard !emptyIsFine else { return }
            throw StoreError(
                .missing,
                operation: "opening \(path)",
                cause: "the file is empty",
                hint: "fill it with `agentwatch ingest FILE --db \(path)`"
            )
        }
        let id = try Int.fetchOne(db, sql: "PRAGMA application_id")
        guard id == applicationID else {
            throw StoreError(
                .foreign,
                operation: "opening \(path)",
                cause: "it is a database of another program",
                hint: "name another file with --db"
            )
        }
        let version = try version(db)
        guard version <= newest else {
            throw StoreError(
                .newer,
                operation: "opening \(path)",
                cause: "a newer agentwatch wrote it (schema \(version), this one knows \(newest))",
                hint: "update agentwatch"
            )
        }
    }

    /// Whether nothing is in it yet.
    ///
    /// The migrator's own table comes before the first migration, so that it stands alone while
    /// another process makes the database, or after one was killed at that.
    private static func isEmpty(_ db: Database) throws -> Bool {
        try integer("SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'", db)
            == 0
    }

    /// Makes an empty file a database.
    static func bringUpToDate(_ writer: any DatabaseWriter) throws {
        try writer.writeWithoutTransaction { db in
            let isNew = try isEmpty(db)
            if isNew {
                // These only take effect on an empty file, outside a transaction, and before WAL.
                for line in schema.split(separator: "\n") where line.hasPrefix("PRAGMA") {
                    if line.contains("page_size") || line.contains("auto_vacuum") {
                        try db.execute(sql: String(line))
                    }
                }
            }
            if try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") != "wal" {
                throw DatabaseError(
                    resultCode: .SQLITE_CANTOPEN,
                    message: "WAL mode is not available here"
                )
            }
            if !isNew { try adoptShellMade(db) }
        }
        try migrator.migrate(writer)
    }

    /// Fills a database that is new; does nothing when that was done before.
    static func seed(
        _ writer: any DatabaseWriter,
        with seed: @escaping (Database) throws -> Void
    ) throws {
        try writer.writeWithoutTransaction { db in
            try db.inTransaction(.immediate) {
                let seeded = try Bool.fetchOne(
                    db,
                    sql: "SELECT EXISTS (SELECT 1 FROM settings WHERE name = 'seeded')"
                )
                if seeded != true {
                    try seed(db)
                    try db.execute(sql: "INSERT INTO settings VALUES ('seeded', 1)")
                }
                return .commit
            }
        }
    }

    /// The answer to a question that always has one.
    private static func integer(_ sql: String, _ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: sql) ?? 0  // counts and these pragmas give a row
    }

    /// Notes the migrations of a database that `sqlite3 < schema.sql` made.
    private static func adoptShellMade(_ db: Database) throws {
        guard try !db.tableExists("grdb_migrations") else { return }
        let version = try version(db)
        try db.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        for identifier in migrator.migrations.prefix(version) {
            try db.execute(
                sql: "INSERT INTO grdb_migrations VALUES (?)",
                arguments: [identifier]
            )
        }
    }
}
