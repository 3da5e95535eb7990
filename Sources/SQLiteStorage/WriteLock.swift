import EventStorage
import Foundation

/// The operating system lock that every write transaction and every checkpoint holds.
///
/// SQLite 3.7.0 to 3.51.2 can lose a commit when one connection checkpoints while another resets the
/// log and writes (its documentation calls it the WAL-reset bug). With this lock held around both,
/// they never overlap, whichever process they run in. The kernel frees it when a process dies.
package struct WriteLock: Sendable {
    private let path: String
    private let patience: Duration

    /// `patience`: how long to wait for another process before giving up.
    package init(databasePath: String, patience: Duration = .seconds(30)) {
        path = databasePath + "-write.lock"
        self.patience = patience
    }

    /// Runs `body` while holding the lock.
    ///
    /// - Throws: `StoreError` with code `busy`, naming the holder, after `patience`.
    package func withLock<T>(_ body: () throws -> T) throws -> T {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw StoreError(
                .io,
                operation: "taking the write lock \(path)",
                cause: String(cString: strerror(errno)),
                hint: "check that the database's folder can be written"
            )
        }
        // Closing the descriptor frees the lock.
        defer { close(descriptor) }
        try acquire(descriptor)
        let holder = "\(getpid())\n"
        ftruncate(descriptor, 0)
        pwrite(descriptor, holder, holder.utf8.count, 0)
        return try body()
    }

    private func acquire(_ descriptor: Int32) throws {
        let deadline = ContinuousClock.now + patience
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard ContinuousClock.now < deadline else {
                throw StoreError(
                    .busy,
                    operation: "waiting \(patience) to write",
                    cause: "process \(holder(descriptor)) holds \(path)",
                    hint: "let it finish or stop it, then run the command again"
                )
            }
            usleep(20_000)
        }
    }

    private func holder(_ descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return "unknown" }
        return String(decoding: buffer[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
