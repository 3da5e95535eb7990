package import EventStorage
import ServiceLifecycle

/// Stores the events that programs post, and answers each post when all of it is committed.
///
/// A large post is stored in parts, each in a transaction of its own, so that the write lock is never
/// held for longer than a batch and small posts get their turn between the parts. With a key, each
/// part commits with a receipt of how far the post is: the same post sent again goes on from there.
package final class EventIngestService: Service {
    /// What became of a post.
    package struct Answer: Sendable {
        package var text: String
        /// Whether it had been stored before under its key.
        package var isRepeat: Bool
    }

    /// Why a post is not stored, or not all of it.
    package enum Refusal: Error, Sendable {
        /// Its key was used for another body.
        case keyReused
        /// The program is about to stop.
        case stopping
        /// A part is stored and then the store failed; `hasKey`: whether the post can be sent again as
        /// a whole.
        case partlyStored(PostProgress, hasKey: Bool, any Error)
    }

    /// The path of the source that posts are counted under.
    package static let path = "http"

    package let budget: IngestBudget
    private let store: any EventStore
    private let render: @Sendable (PostProgress) -> String
    private let threads = BlockingThreads(count: 1, name: "agentwatch.ingest")
    private let pending = PendingPosts()
    private let health: StoreHealth

    /// `render`: makes the answer of a post of which all is stored.
    package init(
        store: any EventStore,
        budget: IngestBudget = IngestBudget(),
        health: StoreHealth = StoreHealth(),
        render: @escaping @Sendable (PostProgress) -> String
    ) {
        self.store = store
        self.budget = budget
        self.health = health
        self.render = render
    }

    /// Stores a post of whole lines; its last line needs no end.
    ///
    /// - Throws: `Refusal`, `StoreError`
    package func submit(
        _ body: PostedBytes,
        key: PostKey?,
        reservation: IngestBudget.Reservation
    ) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            let post = PendingPost(
                body: body,
                key: key,
                reservation: reservation,
                continuation: continuation
            )
            if !pending.append(post) { continuation.resume(throwing: Refusal.stopping) }
        }
    }

    /// Stores posts until graceful shutdown; what was taken is stored first.
    package func run() async throws {
        let pending = pending
        let writer = PostWriter(store: store, render: render)
        await withGracefulShutdownHandler {
            await withTaskExecutorPreference(threads) {
                for await _ in pending.arrivals { await storeAll(writer) }
                await storeAll(writer)
            }
        } onGracefulShutdown: {
            pending.close()
        }
    }

    private func storeAll(_ writer: PostWriter) async {
        while let post = pending.next() { await storePart(of: post, writer) }
    }

    private func storePart(of post: PendingPost, _ writer: PostWriter) async {
        var post = post
        do {
            let answer = try await writer.storePart(of: &post)
            health.note(.posts, succeeded: true)
            guard let answer else { return pending.putBack(post) }
            post.continuation.resume(returning: answer)
        } catch let refusal as Refusal {
            post.continuation.resume(throwing: refusal)
        } catch {
            health.note(.posts, succeeded: false)
            let isPartly = post.progress.bytes > 0
            post.continuation.resume(
                throwing: isPartly
                    ? Refusal.partlyStored(post.progress, hasKey: post.key != nil, error) : error
            )
        }
    }
}
