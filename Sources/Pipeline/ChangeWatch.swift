import Dispatch
package import EventStorage
import ServiceLifecycle
import Synchronization

/// Tells that somebody has stored something, whichever process it was.
package final class ChangeWatch: Service {
    private struct State {
        var version: Int64 = 0
        var nextID = 0
        var listeners: [Int: AsyncStream<Int64>.Continuation] = [:]
        var isOver = false
    }

    private let store: any EventStore
    private let pause: Duration
    private let threads = BlockingThreads(count: 1, name: "agentwatch.watch")
    private let state = Mutex(State())

    /// `store`: opened for reading, and used by nobody else.
    package init(store: any EventStore, every pause: Duration = .milliseconds(500)) {
        self.store = store
        self.pause = pause
    }

    /// How often something was stored, as far as was noticed, since the start.
    package var version: Int64 { state.withLock { $0.version } }

    /// How many listen.
    package var listeners: Int { state.withLock { $0.listeners.count } }

    /// The version now and at every change, the newest alone where the listener is slow; `nil` where
    /// so many listen already.
    package func changes(mostListeners most: Int) -> AsyncStream<Int64>? {
        let (stream, continuation) = AsyncStream<Int64>.makeStream(
            bufferingPolicy: .bufferingNewest(1)
        )
        let id = state.withLock { state -> Int? in
            guard state.listeners.count < most, !state.isOver else { return nil }
            state.nextID += 1
            state.listeners[state.nextID] = continuation
            continuation.yield(state.version)
            return state.nextID
        }
        guard let id else { return nil }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.listeners.removeValue(forKey: id) }
        }
        return stream
    }

    /// Looks until the program stops; then nobody hears any more.
    package func run() async throws {
        let (store, pause) = (store, pause)
        await withTaskExecutorPreference(threads) {
            await cancelWhenGracefulShutdown {
                var last: Int64?
                while !Task.isCancelled {
                    // A look that fails is made up for by the next.
                    let changes = try? store.foreignChanges()
                    if let changes, changes != last {
                        if last != nil { self.tell() }
                        last = changes
                    }
                    // Cancelling is how it is told to stop.
                    do { try await Task.sleep(for: pause) } catch { return }
                }
            }
        }
        end()
    }

    /// Ends all streams.
    package func end() {
        let listeners = state.withLock { state in
            state.isOver = true
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }

    private func tell() {
        state.withLock { state in
            state.version += 1
            for listener in state.listeners.values { listener.yield(state.version) }
        }
    }
}
