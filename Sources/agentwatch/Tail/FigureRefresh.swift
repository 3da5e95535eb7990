import AgentEvents
import Dispatch
import EventStorage
import Pipeline
import Synchronization

/// Computes the figures of the display beside everything else, and not too often: a computation
/// passes over the store, which may take seconds where it is large.
final class FigureRefresh: Sendable {
    private struct State {
        var figures: TailFigures?
        var problem: String?
        /// How many batches the figures know of.
        var batches = -1
        var isRunning = false
        /// Not before this moment again.
        var dueAt = ContinuousClock.now
        /// Even without news, since the window moves on and requests close.
        var staleAt = ContinuousClock.now
    }

    /// The share of the time that is spent on computing figures: one part of this many.
    private static let share = 10
    private static let minInterval = Duration.seconds(2)
    private static let maxInterval = Duration.seconds(30)

    private let store: any EventStore
    private let state = Mutex(State())
    /// A thread of its own: a computation blocks, and reading must not wait for it.
    private let queue = DispatchQueue(label: "agentwatch.figures")

    init(store: any EventStore) { self.store = store }

    /// The newest figures, and why they could not be computed anew.
    var latest: (figures: TailFigures?, problem: String?) {
        state.withLock { ($0.figures, $0.problem) }
    }

    /// Starts a computation where something is new and the last one is long enough ago.
    ///
    /// `counts`: how many batches have been stored, and whether sources are behind.
    func refresh(_ counts: TailCounts) {
        let batches = counts.batches
        let now = ContinuousClock.now
        let starts = state.withLock { state in
            let isNews = batches != state.batches || now >= state.staleAt
            guard !state.isRunning, isNews, now >= state.dueAt else { return false }
            state.isRunning = true
            return true
        }
        if starts { queue.async { self.compute(counts) } }
    }

    private func compute(_ counts: TailCounts) {
        let start = ContinuousClock.now
        let result = Result {
            try TailFigures.computed(
                from: store,
                findsBehind: counts.state.behind > 0,
                now: SystemClock.now()
            )
        }
        let end = ContinuousClock.now
        let pause = max(Self.minInterval, (end - start) * (Self.share - 1))
        state.withLock { state in
            state.isRunning = false
            state.batches = counts.batches
            state.dueAt = end + pause
            state.staleAt = end + max(pause, Self.maxInterval)
            switch result {
            case .success(let figures): (state.figures, state.problem) = (figures, nil)
            case .failure(let error): state.problem = "\(error)"
            }
        }
    }
}
