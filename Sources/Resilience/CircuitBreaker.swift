package import AgentEvents

/// Keeps a sender from trying again and again what has just failed several times in a row.
package struct CircuitBreaker: Sendable, Hashable {
    /// What it lets through.
    package enum State: Sendable, Hashable {
        /// Calls pass; the value counts failures in a row.
        case closed(failures: Int)
        /// Nothing until then.
        case open(until: Timestamp)
        /// One attempt is under way, and decides.
        case probing
    }

    package private(set) var state = State.closed(failures: 0)
    /// Failures in a row that open it.
    package let failuresToOpen: Int
    /// How long it stays open, in microseconds.
    package let openFor: Int64

    package init(failuresToOpen: Int = 5, openFor: Int64 = Micros.minute) {
        self.failuresToOpen = failuresToOpen
        self.openFor = openFor
    }

    /// Whether an attempt may begin now; once it has been open for long enough, one may.
    ///
    /// Whoever is let through says how it went with `succeeded`, `failed` or `abandoned`.
    package mutating func admits(now: Timestamp) -> Bool {
        switch state {
        case .closed: return true
        case .probing: return false
        case .open:
            guard opensAgain(after: now) <= now else { return false }
            state = .probing
            return true
        }
    }

    /// The earliest time at which an attempt may begin; never for as long as one decides.
    package func opensAgain(after now: Timestamp) -> Timestamp {
        switch state {
        case .closed: now
        case .probing: .distantFuture
        // A clock that was set back must not keep it open for longer than it was meant to be.
        case .open(let until): until.micros - now.micros > openFor ? now : max(until, now)
        }
    }

    /// The attempt reached its end.
    package mutating func succeeded() { state = .closed(failures: 0) }

    /// The attempt failed in a way that may pass.
    package mutating func failed(now: Timestamp) {
        switch state {
        case .closed(let failures) where failures + 1 < failuresToOpen:
            state = .closed(failures: failures + 1)
        case .closed, .probing: state = .open(until: now + openFor)
        case .open: break
        }
    }

    /// The attempt was broken off from our side and says nothing.
    package mutating func abandoned(now: Timestamp) {
        if state == .probing { state = .open(until: now) }
    }
}
