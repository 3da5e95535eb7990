package import EventStorage
import Foundation

/// Read-only connections to a store, each with a thread of its own: a reader sees a snapshot, never
/// waits for a writer, and blocks nobody.
package final class StoreReaders: Sendable {
    /// Thrown where too many questions wait already.
    package struct Busy: Error, Sendable {}

    private let questions = WorkQueue<@Sendable (any EventStore) -> Void>()
    /// How many questions may wait.
    private let most: Int

    /// Opens the database `count` times.
    ///
    /// - Throws: `StoreError` where it cannot be opened.
    package init(database: String, count: Int, mostWaiting most: Int) throws {
        self.most = most
        let stores = try (0..<count).map { _ in try StoreChoice.openForReading(database) }
        for store in stores {
            let questions = questions
            let thread = Thread {
                while let question = questions.next() { question(store) }
            }
            thread.name = "agentwatch.read"
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    deinit { questions.close() }

    /// How many questions wait for a thread.
    package var waiting: Int { questions.count }

    /// Runs `body` on a reader's thread.
    ///
    /// - Throws: `Busy`, or what `body` throws.
    package func ask<T: Sendable>(
        _ body: @escaping @Sendable (any EventStore) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let isTaken = questions.append(
                { store in continuation.resume(with: Result { try body(store) }) },
                most: most
            )
            if !isTaken { continuation.resume(throwing: Busy()) }
        }
    }
}
