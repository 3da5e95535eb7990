import Synchronization

/// Lets so many things happen a second over a longer time, and some more at once.
final class RateLimit: Sendable {
    private struct State {
        var left: Double
        var at: ContinuousClock.Instant
    }

    private let perSecond: Double
    private let burst: Double
    private let state: Mutex<State>

    init(perSecond: Double, burst: Double) {
        self.perSecond = perSecond
        self.burst = burst
        state = Mutex(State(left: burst, at: .now))
    }

    /// Takes one; false where there is none left.
    func take() -> Bool {
        state.withLock { state in
            refill(&state)
            guard state.left >= 1 else { return false }
            state.left -= 1
            return true
        }
    }

    /// Whether there is one left.
    var hasRoom: Bool {
        state.withLock { state in
            refill(&state)
            return state.left >= 1
        }
    }

    private func refill(_ state: inout State) {
        let now = ContinuousClock.now
        let seconds = (now - state.at) / .seconds(1)
        state.left = min(burst, state.left + seconds * perSecond)
        state.at = now
    }
}
