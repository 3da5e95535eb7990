// Its sources are safe to share and not marked so.
@preconcurrency import Dispatch
import LogTailing
import Synchronization

/// When a follower looks at its files: at every tick of a timer, and sooner where somebody says so.
package final class Wakeup: Sendable {
    /// One element for one look, however many reasons there were.
    let looks: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let state = Mutex(State())

    private struct State {
        var isStopped = false
        var mustReopen = false
        var timer: (any DispatchSourceTimer)?
    }

    package init() {
        (looks, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Asks for a look.
    package func wake() { continuation.yield() }

    /// Asks for the end: the round that is under way is finished.
    package func stop() {
        state.withLock { $0.isStopped = true }
        continuation.yield()
    }

    /// Asks for a look at everything anew.
    package func reopen() {
        state.withLock { $0.mustReopen = true }
        continuation.yield()
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Whether everything is to be looked at anew; asked once.
    func takeReopen() -> Bool {
        state.withLock { state in
            defer { state.mustReopen = false }
            return state.mustReopen
        }
    }

    /// Asks for a look in every interval from now on.
    func tick(every interval: Duration) {
        let (seconds, attoseconds) = interval.components
        let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        let timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(
            deadline: .now(),
            repeating: .nanoseconds(Int(nanoseconds)),
            leeway: .milliseconds(10)
        )
        timer.setEventHandler { [continuation] in continuation.yield() }
        timer.activate()
        state.withLock { $0.timer = timer }
    }

    deinit { state.withLock { $0.timer?.cancel() } }
}
