import Dispatch
import Synchronization

/// Work that runs on another thread while the caller does something else and fetches its result later.
final class Beside<Value: Sendable>: Sendable {
    private let result = Mutex<Value?>(nil)
    private let done = DispatchSemaphore(value: 0)

    /// Begins the work.
    init(_ work: @escaping @Sendable () -> Value) {
        DispatchQueue.global(qos: .userInitiated).async {
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
