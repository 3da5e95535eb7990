import CSQLiteBatch
package import EventStorage
import Foundation
import GRDB
import Rollups
import Synchronization

/// The store on one machine: a single SQLite file in WAL mode.
package final class SQLiteStore: EventStore {
    /// The path as the user named it, for messages.
    package let path: String
    let file: DatabaseFile
    let reader: any DatabaseReader
    let writer: (any DatabaseWriter)?
    let lock: WriteLock
    let writerState = Mutex(WriterState())

    private init(
        path: String,
        file: DatabaseFile,
        reader: any DatabaseReader,
        writer: (any DatabaseWriter)?,
        busyTimeout: Duration = defaultBusyTimeout
    ) {
        self.path = path
        self.file = file
        self.reader = reader
        self.writer = writer
        self.busyTimeout = busyTimeout
        lock = WriteLock(file.writeLock, patience: busyTimeout)
    }

    /// How long a connection waits for a lock, SQLite's or ours.
    let busyTimeout: Duration
    package static let defaultBusyTimeout = Duration.seconds(30)

    /// Opens an existing database for reading; never creates one.
    ///
    /// `control`: is asked every millisecond or so whether a query should go on.
    package static func openForReading(
        _ path: String,
        control: QueryControl? = nil
    ) throws -> SQLiteStore {
        try requireFile(path)
        let file = DatabaseFile(path)
        return try mappingErrors(path) {
            let queue = try openQueue(file, control)
            try queue.read { try SchemaVersion.check($0, path: path, emptyIsFine: false) }
            return SQLiteStore(path: path, file: file, reader: queue, writer: nil)
        }
    }

    /// What a further connection opens: the file, or the address under which it can be read.
    var address: String { reader.path }

    /// A connection that reads; where the folder cannot be written and nothing is in the log, one
    /// that makes no files.
    static func openQueue(
        _ file: DatabaseFile,
        _ control: QueryControl? = nil
    ) throws -> DatabaseQueue {
        var configuration = readerConfiguration()
        if let control { configuration.prepareDatabase { watch($0, control) } }
        do {
            let queue = try DatabaseQueue(path: file.path, configuration: configuration)
            // Opening reads nothing yet.
            try queue.read { _ = try $0.tableExists("sources") }
            return queue
        } catch let error as DatabaseError
            where [.SQLITE_READONLY, .SQLITE_CANTOPEN].contains(error.resultCode)
        {
            guard access(file.path, R_OK) == 0 else { throw error }
            guard file.logBytes == 0 else { throw StoreError.unreadableLog(file.path) }
            return try DatabaseQueue(path: file.immutableAddress, configuration: configuration)
        }
    }

    /// Ends the queries of a connection as soon as a control says so.
    private static func watch(_ db: Database, _ control: QueryControl) {
        // The control lives as long as the program: a connection has one for its life, and there are
        // few.
        sqlite3_progress_handler(
            db.sqliteConnection,
            10_000,
            { control in
                guard let control else { return 0 }
                let held = Unmanaged<QueryControl>.fromOpaque(control).takeUnretainedValue()
                return held.shouldStop ? 1 : 0
            },
            Unmanaged.passRetained(control).toOpaque()
        )
    }

    /// Opens a database for writing, and makes it where there is none.
    ///
    /// `seed`: the rules and prices that a new database begins with.
    /// `busyTimeout`: how long to wait for locks that others hold.
    package static func openForWriting(
        _ path: String,
        seed: StoreSeed,
        busyTimeout: Duration = defaultBusyTimeout
    ) throws -> SQLiteStore {
        let file = DatabaseFile(path)
        return try mappingErrors(path) {
            if FileManager.default.fileExists(atPath: file.path) {
                try probe(file, path)
            } else {
                file.createPrivate()
            }
            let writer = try DatabaseQueue(
                path: file.path,
                configuration: configuration(busyTimeout: busyTimeout)
            )
            let store = SQLiteStore(
                path: path,
                file: file,
                reader: writer,
                writer: writer,
                busyTimeout: busyTimeout
            )
            try store.lock.withLock {
                try writer.read { try SchemaVersion.check($0, path: path, emptyIsFine: true) }
                try SchemaVersion.bringUpToDate(writer)
                try SchemaVersion.seed(writer, with: seed.store)
            }
            return store
        }
    }

    /// Refuses what is not ours before anything is written, a lock file included.
    private static func probe(_ file: DatabaseFile, _ path: String) throws {
        do {
            let probe = try DatabaseQueue(path: file.path, configuration: readerConfiguration())
            try probe.read { try SchemaVersion.check($0, path: path, emptyIsFine: true) }
            try probe.close()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_READONLY {
            // Whoever made it was killed meanwhile and left a journal that only a writer can roll back.
        }
    }

    /// A consistent view of the store for the time of `body`.
    package func read<T>(_ body: (any StoreView) throws -> T) throws -> T {
        try Self.mappingErrors(path) {
            try reader.read { try body(SQLiteSnapshot($0, file: file)) }
        }
    }

    /// Runs `body` in one transaction, under the write lock.
    ///
    /// `isDurable`: whether the transaction survives a power cut once this has returned.
    func write<T>(isDurable: Bool = false, _ body: (Database) throws -> T) throws -> T {
        guard let writer else {
            throw StoreError(
                .refused,
                operation: "writing \(path)",
                cause: "it was opened for reading",
                hint: "this is a mistake in agentwatch; please report it"
            )
        }
        return try Self.mappingErrors(path) {
            try lock.withLock {
                try writer.writeWithoutTransaction { db in
                    var result: T?
                    if isDurable { try db.execute(sql: "PRAGMA synchronous = FULL") }
                    // A connection that cannot be set back only writes more slowly.
                    defer { if isDurable { try? db.execute(sql: "PRAGMA synchronous = NORMAL") } }
                    do {
                        try db.inTransaction(.immediate) {
                            result = try body(db)
                            return .commit
                        }
                    } catch let error as DatabaseError where isOutOfSpace(error, db) {
                        throw StoreError.full(path)
                    }
                    guard let result else {
                        preconditionFailure("a committed transaction has a result")
                    }
                    return result
                }
            }
        }
    }

    /// Whether the system had no room, for the failures that SQLite does not name so itself.
    private func isOutOfSpace(_ error: DatabaseError, _ db: Database) -> Bool {
        guard [.SQLITE_IOERR, .SQLITE_CANTOPEN].contains(error.resultCode) else { return false }
        return [ENOSPC, EDQUOT].contains(sqlite3_system_errno(db.sqliteConnection))
    }

    private static func requireFile(_ path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        throw StoreError(
            .missing,
            operation: "opening \(path)",
            cause: "there is no database",
            hint: nearbyDatabase(path).map { "did you mean --db \($0)?" }
                ?? "make one with `agentwatch ingest FILE`, or name it with --db or AGENTWATCH_DB"
        )
    }

    /// The database in the same folder, where there is exactly one to think of.
    private static func nearbyDatabase(_ path: String) -> String? {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        // A folder that cannot be listed has no suggestion to give.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".db") }.min().map {
            folder.appendingPathComponent($0).relativePath
        }
    }

    static func readerConfiguration() -> Configuration {
        // A scan reads each page once: a small cache stays in the processor's.
        var configuration = configuration(cacheKiB: 2 << 10)
        configuration.readonly = true
        return configuration
    }

    /// `cacheKiB`: how many pages the connection keeps in memory.
    private static func configuration(
        cacheKiB: Int = 32 << 10,
        busyTimeout: Duration = defaultBusyTimeout
    ) -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(busyTimeout / .seconds(1))
        configuration.foreignKeysEnabled = false  // held by the writer's order; checked by tests
        configuration.prepareDatabase { db in
            guard let connection = db.sqliteConnection else { return }
            try DatabaseError.check(
                aw_disable_checkpoint_on_close(connection),
                "configuring the connection"
            )
            try DatabaseError.check(
                aw_register_batch_rows(connection),
                "configuring the connection"
            )
            try DatabaseError.check(
                aw_register_collect_rows(connection),
                "configuring the connection"
            )
            // A power cut may take the last commits, positions and rows alike, but never a half of one.
            try db.execute(
                sql: """
                    PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = NORMAL;
                    PRAGMA cache_size = -\(cacheKiB)
                    """
            )
        }
        return configuration
    }

    /// Turns what SQLite says into an error with a hint.
    static func mappingErrors<T>(_ path: String, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw StoreError(sqlite: error, path: path)
        } catch let error as CellError {
            throw StoreError(error, path: path)
        } catch let error as RowDecodingError {
            throw StoreError.damaged(path, "\(error)")
        }
    }
}

extension SQLiteStore {
    /// The files that a database consists of, whether or not they are there now.
    package static func files(of database: String) -> [String] { DatabaseFile(database).all }
}
