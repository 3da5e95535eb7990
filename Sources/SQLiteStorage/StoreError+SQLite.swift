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

    init(_ error: CellError, path: String) {
        self.init(
            .io,
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
