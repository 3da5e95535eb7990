import EventStorage
import Foundation

/// An operating system lock beside a database, which one process holds for its life.
///
/// The kernel frees it when the process dies.
package final class ProcessLock: Sendable {
    /// What only one process may do to a database.
    package enum Purpose: String, Sendable {
        /// Two followers would read every line twice, to drop one half.
        case following = "follow"
        /// Two evaluators would tell people everything twice.
        case alerting = "alerts"
        /// Two senders would send everything twice.
        case shipping = "ship"

        fileprivate var deed: String {
            switch self {
            case .following: "following into"
            case .alerting: "evaluating the alerts of"
            case .shipping: "sending what is new in"
            }
        }

        fileprivate var hint: String {
            switch self {
            case .following: "stop it first, or name another database with --db"
            case .alerting, .shipping: "leave it to that process, or stop it first"
            }
        }
    }

    private let descriptor: Int32

    /// Takes the lock, or fails after `patience`.
    ///
    /// - Throws: `StoreError` with code `busy`, naming the process that holds it; `io` where the file
    ///   cannot be made.
    package init(_ purpose: Purpose, databasePath: String, patience: Duration = .zero) throws {
        let database = DatabaseFile(databasePath)
        let file = try LockFile(database.lock(purpose), database: database.path)
        // Somebody who only asked whether it is held has it for a moment.
        let deadline = ContinuousClock.now + max(patience, Self.minPatience)
        while !file.tryLock() {
            guard ContinuousClock.now >= deadline else {
                usleep(Self.pollMicroseconds)
                continue
            }
            defer { file.close() }
            throw StoreError(
                .busy,
                operation: "\(purpose.deed) \(databasePath)",
                cause: "process \(file.holder) does so already",
                hint: purpose.hint
            )
        }
        file.writeHolder()
        descriptor = file.descriptor
    }

    private static let minPatience = Duration.milliseconds(100)
    private static let pollMicroseconds: UInt32 = 20_000

    /// Whether a process holds the lock now; `nil` where the lock file cannot be opened.
    static func isHeld(_ purpose: Purpose, _ database: DatabaseFile) -> Bool? {
        let descriptor = open(database.lock(purpose), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT ? false : nil }
        defer { LockFile.release(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }

    deinit { LockFile.release(descriptor) }
}

extension DatabaseFile {
    /// The lock files stand beside the database, so that everybody takes the same ones.
    func lock(_ purpose: ProcessLock.Purpose) -> String { "\(path)-\(purpose.rawValue).lock" }
}
