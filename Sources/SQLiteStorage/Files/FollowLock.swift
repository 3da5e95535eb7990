import EventStorage
import Foundation

/// The operating system lock on `DATABASE-follow.lock` that a follower holds for its life: two on one
/// database would read every line twice, to drop one half.
///
/// The kernel frees it when the process dies.
package final class FollowLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock, or fails at once.
    ///
    /// - Throws: `StoreError` with code `busy`, mappingErrors the process that holds it; `io` where the
    ///   file cannot be made.
    package init(databasePath: String) throws {
        let database = DatabaseFile(databasePath)
        let file = try LockFile(database.followLock, database: database.path)
        var tries = 0
        while !file.tryLock() {
            tries += 1
            guard tries == Self.maxTries else {
                // Somebody who only asked whether it is held has it for a moment.
                usleep(Self.pause)
                continue
            }
            defer { file.close() }
            throw StoreError(
                .busy,
                operation: "following into \(databasePath)",
                cause: "process \(file.holder) follows into it already",
                hint: "stop it first, or name another database with --db"
            )
        }
        file.writeHolder()
        descriptor = file.descriptor
    }

    private static let maxTries = 5
    private static let pause: UInt32 = 20_000

    /// Whether a follower holds the lock now; `nil` where the lock file cannot be opened.
    static func isHeld(_ database: DatabaseFile) -> Bool? {
        let descriptor = open(database.followLock, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT ? false : nil }
        defer { LockFile.release(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }

    deinit { LockFile.release(descriptor) }
}
