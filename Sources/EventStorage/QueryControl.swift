import Synchronization

/// A query that may be given up: because nobody waits for its answer, or because it takes too long.
package final class QueryTicket: Sendable {
    private let cancelled = Atomic(false)
    private let deadline: ContinuousClock.Instant

    /// `deadline`: when the query is ended.
    package init(deadline: ContinuousClock.Instant) { self.deadline = deadline }

    /// Says that nobody waits for the answer any more.
    package func cancel() { cancelled.store(true, ordering: .relaxed) }

    package var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    /// Whether the time is over.
    package var isLate: Bool { ContinuousClock.now > deadline }
}

/// What a connection asks, again and again, whether it should go on with its query.
package final class QueryControl: Sendable {
    private let current = Mutex<QueryTicket?>(nil)

    package init() {}

    /// Runs a query under a ticket.
    package func run<T>(_ ticket: QueryTicket, _ body: () throws -> T) rethrows -> T {
        current.withLock { $0 = ticket }
        defer { current.withLock { $0 = nil } }
        return try body()
    }

    /// Whether the query that runs should end.
    package var shouldStop: Bool {
        current.withLock { $0 }.map { $0.isCancelled || $0.isLate } ?? false
    }
}
