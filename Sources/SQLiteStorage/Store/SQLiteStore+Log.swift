import CSQLiteBatch
import EventStorage
import Foundation
import GRDB
import Synchronization

extension SQLiteStore {
    /// Makes everything that was committed survive a power cut, and request ids be found at once.
    package func sync() throws {
        try indexRequests()
        try checkpoint()
        try syncLog()
    }

    /// Makes everything that was committed survive a power cut.
    ///
    /// What is not in the log any more was synced by the checkpoint that moved it.
    package func syncLog() throws { try Self.syncFile(file.path + "-wal") }

    /// Adds the request ids to the indexes that were left out so far.
    private func indexRequests() throws {
        guard writer != nil else { return }
        try writerState.withLock { state in
            do {
                try write { db in
                    let context = try WriteContext(db, state)
                    try context.withRequestHashes { try RequestIndexes.extend(with: &$0, db) }
                }
            } catch {
                state = WriterState()  // as after a commit that failed
                throw error
            }
        }
    }

    /// Moves the log into the database when it is longer than 4 MB.
    package func compactLog() throws {
        if file.logBytes > Self.idleLog { try checkpoint() }
    }

    private static let idleLog: Int64 = 4 << 20

    /// Moves the log into the database file, syncs that, and empties the log.
    ///
    /// Under the write lock, as `WriteLock` says. It does not wait for those who read an older state:
    /// what they need stays in the log, and the next checkpoint goes on from there.
    func checkpoint() throws {
        guard let writer else { return }
        try Self.mappingErrors(path) {
            try lock.withLock {
                try writer.writeWithoutTransaction { db in
                    sqlite3_busy_timeout(db.sqliteConnection, 0)
                    defer {
                        sqlite3_busy_timeout(
                            db.sqliteConnection,
                            Int32(busyTimeout / .milliseconds(1))
                        )
                    }
                    do {
                        _ = try db.checkpoint(.truncate)
                    } catch DatabaseError.SQLITE_BUSY {
                        // As said: somebody is reading.
                    }
                }
            }
        }
    }

    /// Syncs what a checkpoint had to leave in the log; nothing is left where there is no log.
    ///
    /// SQLite keeps no lock on this file, so that closing it here takes none away.
    private static func syncFile(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw StoreError(
                .io,
                operation: "syncing \(path)",
                cause: String(cString: strerror(errno)),
                hint: "check the disk; what was stored last may not survive a power cut"
            )
        }
    }
}

extension SQLiteStore {
    /// What a PRAGMA of the connection answers, for those who check how it is set up; `nil` where it
    /// answers nothing.
    package func settingOfWriter(_ pragma: String) throws -> Int64? {
        try Self.mappingErrors(path) {
            try reader.read { try Int64.fetchOne($0, sql: "PRAGMA \(pragma)") }
        }
    }
}
