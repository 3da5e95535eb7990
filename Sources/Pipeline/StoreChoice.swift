import Alerting
package import EventStorage
import Pricing
package import SQLiteStorage

/// Opens the store that a `--db` names.
package enum StoreChoice {
    /// Never creates one.
    ///
    /// `control`: says whether queries should go on.
    package static func openForReading(
        _ database: String,
        control: QueryControl? = nil
    ) throws -> any EventStore & AlertStore {
        try refuseOtherStores(database)
        return try SQLiteStore.openForReading(database, control: control)
    }

    /// Makes a database where there is none, with the default rules and the built-in prices.
    package static func openForWriting(
        _ database: String
    ) throws -> any EventStore & AlertStore {
        try refuseOtherStores(database)
        let seed = StoreSeed(
            thresholds: AlertRule.defaults.map(\.row),
            prices: PriceTable.builtIn.prices
        )
        return try SQLiteStore.openForWriting(database, seed: seed)
    }

    /// Takes the lock that a follower holds for its life; it is free again when the answer goes.
    ///
    /// - Throws: `StoreError` with code `busy` where another follower has it.
    package static func followLock(_ database: String) throws -> ProcessLock {
        try refuseOtherStores(database)
        return try ProcessLock(.following, databasePath: database)
    }

    /// Takes the lock that an evaluator of alerts holds; it is free again when the answer goes.
    ///
    /// `patience`: how long to wait for another evaluator.
    ///
    /// - Throws: `StoreError` with code `busy` where another evaluator has it.
    package static func alertLock(
        _ database: String,
        patience: Duration = .zero
    ) throws -> ProcessLock {
        try refuseOtherStores(database)
        return try ProcessLock(.alerting, databasePath: database, patience: patience)
    }

    /// The files that a database consists of, whether or not they are there now.
    package static func files(_ database: String) -> [String] {
        SQLiteStore.files(of: database)
    }

    /// What is to be said to people who write to a database; `nil` where there is nothing.
    package static func warning(_ database: String) -> String? {
        guard SQLiteStore.isOnNetworkFileSystem(database) else { return nil }
        return "\(database) lies on a network file system, where locks may not work and it may be "
            + "damaged; put it on a local disk with --db"
    }

    /// Runs one query on a database; see `SQLConsole`.
    package static func query(
        _ sql: String,
        database: String,
        seconds: Int,
        onColumns: ([String]) throws -> Void,
        onRow: ([SQLValue]) throws -> Void
    ) throws {
        try refuseOtherStores(database)
        try SQLConsole.run(
            sql,
            database: database,
            seconds: seconds,
            onColumns: onColumns,
            onRow: onRow
        )
    }

    private static func refuseOtherStores(_ database: String) throws {
        guard database.contains("://") else { return }
        throw StoreError(
            .refused,
            operation: "opening \(database)",
            cause: "only SQLite files can be opened",
            hint: "name a file with --db"
        )
    }
}
