import Foundation
import Synchronization

/// Threads of their own for work that blocks, so that what answers requests never waits for it.
///
/// As a task's executor they also run the actors that the task calls.
package final class BlockingThreads: TaskExecutor, Sendable {
    private let jobs: WorkQueue<UnownedJob>

    /// `count`: how many jobs run at once.
    package init(count: Int, name: String) {
        jobs = WorkQueue()
        for _ in 0..<count {
            let jobs = jobs
            let thread = Thread { [weak self] in
                while let job = jobs.next() {
                    guard let executor = self?.asUnownedTaskExecutor() else { return }
                    job.runSynchronously(on: executor)
                }
            }
            thread.name = name
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// Runs a job on one of the threads.
    package func enqueue(_ job: consuming ExecutorJob) { jobs.append(UnownedJob(job)) }

    deinit { jobs.close() }
}

/// What threads wait for.
final class WorkQueue<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        /// How many of `items` are taken already.
        var taken = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)

    /// How many items wait.
    var count: Int { state.withLock { $0.items.count - $0.taken } }

    func append(_ item: Item) {
        state.withLock { $0.items.append(item) }
        signal.signal()
    }

    /// Adds an item unless `most` items wait already.
    func append(_ item: Item, most: Int) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isClosed, state.items.count - state.taken < most else { return false }
            state.items.append(item)
            return true
        }
        if isTaken { signal.signal() }
        return isTaken
    }

    /// Waits for the next item; `nil` when all is over.
    func next() -> Item? {
        signal.wait()
        return state.withLock { state in
            guard state.taken < state.items.count else {
                // Closed: the next thread is to see it, too.
                signal.signal()
                return nil
            }
            let item = state.items[state.taken]
            state.taken += 1
            if state.taken == state.items.count || state.taken >= 1_024 {
                state.items.removeFirst(state.taken)
                state.taken = 0
            }
            return item
        }
    }

    /// Ends all threads when what waits is done.
    func close() {
        state.withLock { $0.isClosed = true }
        signal.signal()
    }
}
