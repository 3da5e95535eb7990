import Alerting
import ClickHouseStorage
package import EventStorage
import Foundation
import Pricing
package import SQLiteStorage

/// Opens the store that a `--db` names: an SQLite file, or a database on a ClickHouse server beside the file of
/// this machine.
package enum StoreChoice {
    /// Never creates one.
    ///
    /// `control`: says whether queries should go on.
    package static func openForReading(
        _ database: String,
        control: QueryControl? = nil
    ) throws -> any EventStore & AlertStore {
        switch try Place(database) {
        case .file(let path): return try SQLiteStore.openForReading(path, control: control)
        case .server(let address): return try openServer(address, control: control).store
        }
    }

    /// Makes a database where there is none, with the default rules and the built-in prices.
    package static func openForWriting(
        _ database: String
    ) throws -> any EventStore & AlertStore {
        switch try Place(database) {
        case .file(let path): return try openFile(path)
        case .server(let address): return try openServer(address).store
        }
    }

    /// Makes a file where there is none.
    static func openFile(_ path: String) throws -> SQLiteStore {
        let seed = StoreSeed(
            thresholds: AlertRule.defaults.map(\.row),
            prices: PriceTable.builtIn.prices
        )
        return try SQLiteStore.openForWriting(path, seed: seed)
    }

    /// Opens a database on a server for writing, with a file of this machine that it is filled from.
    static func openServer(
        _ database: String,
        local: String
    ) throws -> (store: ClickHouseStore<SQLiteStore>, local: SQLiteStore) {
        try openServer(ServerAddress(database).beside(local))
    }

    /// Opens a database on a server for reading, and the file of this machine where there is one.
    static func openServer(
        _ database: String
    ) throws -> (store: ClickHouseStore<SQLiteStore>, local: SQLiteStore?) {
        try openServer(ServerAddress(database), control: nil)
    }

    private static func openServer(
        _ address: ServerAddress,
        control: QueryControl?
    ) throws -> (store: ClickHouseStore<SQLiteStore>, local: SQLiteStore?) {
        let hasFile = FileManager.default.fileExists(atPath: address.localFile)
        let local = hasFile ? try SQLiteStore.openForReading(address.localFile) : nil
        let store = try ClickHouseStore.openForReading(
            address,
            password: try password(),
            local: local,
            control: control
        )
        return (store, local)
    }

    private static func openServer(
        _ address: ServerAddress
    ) throws -> (store: ClickHouseStore<SQLiteStore>, local: SQLiteStore) {
        let password = try password()
        if !FileManager.default.fileExists(atPath: address.localFile) {
            // Whom the server refuses is left without a file.
            try ClickHouseStore<SQLiteStore>.makeTables(address, password: password)
        }
        let local = try openFile(address.localFile)
        let store = try ClickHouseStore.openForWriting(
            address,
            password: password,
            local: local,
            writer: Int64.random(in: 1...Int64.max)
        )
        return (store, local)
    }

    /// What to say to a server, from the environment.
    private static func password() throws -> ServerPassword? {
        try ServerPassword(environment: ProcessInfo.processInfo.environment) { path in
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { file.closeFile() }
            // Without content it is empty.
            return Array(try file.read(upToCount: ServerPassword.maxFileBytes + 1) ?? Data())
        }
    }

    /// Takes the lock that a follower holds for its life; it is free again when the answer goes.
    ///
    /// - Throws: `StoreError` with code `busy` where another follower has it.
    package static func followLock(_ database: String) throws -> ProcessLock {
        try ProcessLock(.following, databasePath: Place(database).file)
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
        try ProcessLock(.alerting, databasePath: Place(database).file, patience: patience)
    }

    /// The files that a database consists of on this machine, whether or not they are there now.
    package static func files(_ database: String) -> [String] {
        // What is no place was refused when it was opened.
        guard let place = try? Place(database) else { return [] }
        return SQLiteStore.files(of: place.file)
    }

    /// Whether what is written to a database has to be sent to a server.
    package static func sends(_ database: String) -> Bool { ServerAddress.isMeant(by: database) }

    /// What is to be said to people who write to a database; `nil` where there is nothing.
    package static func warning(_ database: String) -> String? {
        // As said above.
        guard let file = try? Place(database).file, SQLiteStore.isOnNetworkFileSystem(file) else {
            return nil
        }
        return "\(file) lies on a network file system, where locks may not work and it may be "
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
        guard case .file(let path) = try Place(database) else {
            throw StoreError(
                .refused,
                operation: "querying \(database)",
                cause: "SQL is run on SQLite files alone",
                hint: "ask the server with its own client; the tables are in schema.clickhouse.sql"
            )
        }
        try SQLConsole.run(
            sql,
            database: path,
            seconds: seconds,
            onColumns: onColumns,
            onRow: onRow
        )
    }

    /// What a `--db` names.
    private enum Place {
        case file(String)
        case server(ServerAddress)

        /// - Throws: `StoreError` where it is the address of something else.
        init(_ database: String) throws {
            if ServerAddress.isMeant(by: database) {
                self = .server(try ServerAddress(database))
            } else if database.contains("://") {
                throw StoreError(
                    .refused,
                    operation: "opening \(database)",
                    cause: "it is neither an SQLite file nor a ClickHouse server",
                    hint: "name a file with --db, or clickhouse://USER@HOST:PORT/DATABASE"
                )
            } else {
                self = .file(database)
            }
        }

        /// The SQLite file of this machine.
        var file: String {
            switch self {
            case .file(let path): path
            case .server(let address): address.localFile
            }
        }
    }
}
