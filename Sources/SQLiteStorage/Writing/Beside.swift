import Foundation
import Synchronization

/// Work that runs on a thread of its own while the caller does something else and fetches the result
/// later.
///
/// Not a task and not on a shared queue: the caller holds its thread while it waits, and on one core that
/// may be the only one there is.
final class Beside<Value: Sendable>: Sendable {
    private let result = Mutex<Value?>(nil)
    private let done = DispatchSemaphore(value: 0)

    /// Begins the work.
    init(_ work: @escaping @Sendable () -> Value) {
        Thread.detachNewThread {
            let value = work()
            self.result.withLock { $0 = value }
            self.done.signal()
        }
    }

    /// The result, once it is there; asked once.
    func value() -> Value {
        done.wait()
        guard let value = result.withLock({ $0.take() }) else {
            preconditionFailure("the result of work beside is fetched once")
        }
        return value
    }
}
