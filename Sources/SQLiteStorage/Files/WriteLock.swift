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
    package init(_ path: String, patience: Duration) {
        self.path = path
        self.patience = patience
    }

    /// Runs `body` while holding the lock.
    ///
    /// - Throws: `StoreError` with code `busy`, mappingErrors the holder, after `patience`.
    package func withLock<T>(_ body: () throws -> T) throws -> T {
        let file = try LockFile(path)
        defer { file.close() }
        try acquire(file)
        file.writeHolder()
        return try body()
    }

    private func acquire(_ file: LockFile) throws {
        let deadline = ContinuousClock.now + patience
        while !file.tryLock() {
            guard ContinuousClock.now < deadline else {
                throw StoreError(
                    .busy,
                    operation: "waiting \(patience) to write",
                    cause: "process \(file.holder) holds \(path)",
                    hint: "let it finish or stop it, then run the command again"
                )
            }
            usleep(Self.pollMicroseconds)
        }
    }

    private static let pollMicroseconds: UInt32 = 20_000
}
