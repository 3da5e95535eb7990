package import EventStorage
import Foundation
import Synchronization

/// Read-only connections to a store, each with a thread of its own: a reader sees a snapshot, never
/// waits for a writer, and blocks nobody.
package final class StoreReaders: Sendable {
    /// Thrown where too many queries wait already.
    package struct Busy: Error, Sendable {}

    /// Thrown where a query took too long.
    package struct TimedOut: Error, Sendable {
        package var limit: Duration
    }

    private struct Query: Sendable {
        var ticket: QueryTicket
        var run: @Sendable (any EventStore) -> Void
        /// Resumes the waiting task without running.
        var giveUp: @Sendable () -> Void
    }

    private let queries = WorkQueue<Query>()
    private let maxWaiting: Int
    private let limit: Duration

    /// Opens the database `count` times.
    ///
    /// `limit`: how long a query may take, its wait for a thread included.
    ///
    /// - Throws: `StoreError` where it cannot be opened.
    package init(
        database: String,
        count: Int,
        maxWaiting: Int,
        limit: Duration = .seconds(30)
    ) throws {
        self.maxWaiting = maxWaiting
        self.limit = limit
        let readers = try (0..<count).map { _ in
            let control = QueryControl()
            return (control, try StoreChoice.openForReading(database, control: control))
        }
        for (control, store) in readers {
            let queries = queries
            let thread = Thread {
                while let query = queries.next() {
                    guard !query.ticket.isCancelled, !query.ticket.isLate else {
                        query.giveUp()
                        continue
                    }
                    control.run(query.ticket) { query.run(store) }
                }
            }
            thread.name = "agentwatch.read"
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    deinit { queries.close() }

    /// How many queries wait for a thread.
    package var waiting: Int { queries.count }

    /// Runs `body` on a reader's thread; cancelling the task ends its queries.
    ///
    /// - Throws: `Busy`, `TimedOut`, `CancellationError`, or what `body` throws.
    package func ask<T: Sendable>(
        _ body: @escaping @Sendable (any EventStore) throws -> T
    ) async throws -> T {
        let ticket = QueryTicket(deadline: .now + limit)
        do {
            return try await withTaskCancellationHandler {
                try await enqueue(ticket, body)
            } onCancel: {
                ticket.cancel()
            }
        } catch {
            if ticket.isCancelled { throw CancellationError() }
            if let error = error as? StoreError, error.code == .interrupted, ticket.isLate {
                throw TimedOut(limit: limit)
            }
            throw error
        }
    }

    private func enqueue<T: Sendable>(
        _ ticket: QueryTicket,
        _ body: @escaping @Sendable (any EventStore) throws -> T
    ) async throws -> T {
        let limit = limit
        return try await withCheckedThrowingContinuation { continuation in
            let query = Query(
                ticket: ticket,
                run: { store in continuation.resume(with: Result { try body(store) }) },
                giveUp: { continuation.resume(throwing: TimedOut(limit: limit)) }
            )
            if !queries.append(query, most: maxWaiting) { continuation.resume(throwing: Busy()) }
        }
    }
}
