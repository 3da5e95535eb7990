import EventStorage
import GRDB
import Rollups

extension StoreError {
    static func full(_ path: String) -> StoreError {
        StoreError(
            .full,
            operation: "writing \(path)",
            cause: "the disk is full",
            hint: "free some space and run the command again; nothing was half-written"
        )
    }

    /// A value in the file is not as its schema says.
    static func damaged(_ path: String, _ cause: String) -> StoreError {
        StoreError(
            .damaged,
            operation: "using \(path)",
            cause: "the database is damaged: \(cause)",
            hint: "go back to a backup, or read the logs again into another database with --db; "
                + "`agentwatch doctor` says what is damaged"
        )
    }

    /// Reading needs the log, which cannot be opened without writing beside it.
    static func unreadableLog(_ path: String) -> StoreError {
        StoreError(
            .io,
            operation: "opening \(path)",
            cause: "its log (\(path)-wal) is not empty, and reading it needs a file beside it that "
                + "this user cannot write",
            hint: "run the command as a user who may write the folder, or read a copy that "
                + "`agentwatch backup` made"
        )
    }

    init(_ error: CellError, path: String) {
        self.init(
            .damaged,
            operation: "using \(path)",
            cause: error.description,
            hint: "make the rollups anew with `agentwatch doctor --rebuild --db \(path)`"
        )
    }

    init(sqlite error: DatabaseError, path: String) {
        let cause = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_NOTADB:
            self.init(
                .foreign,
                operation: "opening \(path)",
                cause: "it is not an SQLite database",
                hint: "name another file with --db"
            )
        case .SQLITE_FULL:
            self = .full(path)
        case .SQLITE_INTERRUPT:
            self.init(
                .interrupted,
                operation: "using \(path)",
                cause: "the query was given up",
                hint: "ask for less, or for a shorter window"
            )
        // Our statements are right for a whole schema and whole rows.
        case .SQLITE_CORRUPT, .SQLITE_MISMATCH, .SQLITE_ERROR, .SQLITE_CONSTRAINT:
            self = .damaged(path, cause)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .busy,
                operation: "using \(path)",
                cause: "another process has locked it",
                hint: "let it finish or stop it, then run the command again"
            )
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_IOERR:
            self.init(
                .io,
                operation: "opening or writing \(path)",
                cause: cause,
                hint: "check that the path is a file and that its folder can be written"
            )
        default:
            self.init(
                .io,
                operation: "using \(path)",
                cause: cause,
                hint:
                    "if it goes on, check the file with `sqlite3 \(path) 'PRAGMA integrity_check'`"
            )
        }
    }
}

extension DatabaseError {
    /// Throws what a call of SQLite's C interface returned, unless that is success.
    static func check(_ code: Int32, _ operation: String) throws {
        guard code != ResultCode.SQLITE_OK.rawValue else { return }
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: operation)
    }
}
