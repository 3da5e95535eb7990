import EventStorage
import Foundation
import GRDB

extension SQLiteStore {
    /// Writes a consistent copy, while others read and write.
    ///
    /// SQLite's backup interface copies one state of the database, page by page, so the copy keeps its
    /// page size and header. It is read over a connection of its own, which like every reader takes no
    /// lock of ours and never checkpoints; commits go on meanwhile, into the log. The target appears
    /// whole and synced, or not at all.
    package func backup(to target: String) throws {
        try Self.refuseExisting(target)
        let part = "\(target).part-\(getpid())"
        Self.removeDatabase(part)
        defer { Self.removeDatabase(part) }
        try Self.mappingErrors(target) {
            let source = try Self.openQueue(file)
            DatabaseFile(part).createPrivate()
            let copy = try DatabaseQueue(path: DatabaseFile(part).path)
            try source.backup(to: copy)
            try copy.close()
        }
        try copyMode(to: part)
        try Self.syncEntry(part, operation: "writing \(target)")
        try Self.publish(part, as: target)
        let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
        try Self.syncEntry(folder, operation: "writing \(target)")
    }

    /// Lets nobody read the copy who may not read the database.
    private func copyMode(to part: String) throws {
        var facts = stat()
        guard stat(file.path, &facts) == 0, chmod(part, facts.st_mode & 0o777) == 0 else {
            throw Self.failure("writing \(part)", errno)
        }
    }

    /// Unlike a rename, a link never replaces what came meanwhile; not every file system has links.
    private static func publish(_ part: String, as target: String) throws {
        if link(part, target) == 0 { return }
        if errno == EEXIST { throw existing(target) }
        guard errno == EPERM || errno == EOPNOTSUPP else {
            throw failure("writing \(target)", errno)
        }
        try refuseExisting(target)
        guard rename(part, target) == 0 else { throw failure("writing \(target)", errno) }
    }

    private static func refuseExisting(_ target: String) throws {
        var facts = stat()
        if lstat(target, &facts) == 0 { throw existing(target) }
    }

    private static func existing(_ target: String) -> StoreError {
        StoreError(
            .refused,
            operation: "writing a backup to \(target)",
            cause: "there is a file of that name",
            hint: "name a new file, or move that one away first"
        )
    }

    private static func failure(_ operation: String, _ code: Int32) -> StoreError {
        StoreError(
            code == ENOSPC || code == EDQUOT ? .full : .io,
            operation: operation,
            cause: String(cString: strerror(code)),
            hint: "check that the folder can be written and has room; no copy was left there"
        )
    }

    /// Syncs a file or a folder.
    private static func syncEntry(_ path: String, operation: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(operation, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(operation, errno) }
    }

    /// Removes what a copy that is not finished may have left.
    private static func removeDatabase(_ path: String) {
        for ending in ["", "-journal", "-wal", "-shm"] { unlink(path + ending) }
    }
}
