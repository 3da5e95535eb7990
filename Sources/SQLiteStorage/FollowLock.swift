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
    /// - Throws: `StoreError` with code `busy`, naming the process that holds it; `io` where the
    ///   file cannot be made.
    package init(databasePath: String) throws {
        let file = try LockFile(databasePath + "-follow.lock")
        guard file.tryLock() else {
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

    deinit { LockFile.release(descriptor) }
}
