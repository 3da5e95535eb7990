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

    /// How many posts wait to be stored.
    package var waiting: Int { pending.count }

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
                var lastSync = Duration.zero
                for await _ in pending.arrivals { await storeAll(writer, lastSync: &lastSync) }
                await storeAll(writer, lastSync: &lastSync)
            }
        } onGracefulShutdown: {
            pending.close()
        }
    }

    /// A post of which all is stored, with its answer.
    private typealias StoredPost = (post: PendingPost, answer: Answer)

    /// Stores what waits.
    ///
    /// The posts that are done are answered together, once they survive a power cut: one sync for all. None
    /// waits for others much longer than a sync takes, so that a slow disk is asked seldom and a fast one at
    /// once.
    private func storeAll(_ writer: PostWriter, lastSync: inout Duration) async {
        let clock = ContinuousClock()
        var (stored, first): ([StoredPost], ContinuousClock.Instant) = ([], clock.now)
        while let post = pending.next() {
            if let answer = await storePart(of: post, writer) {
                if stored.isEmpty { first = clock.now }
                stored.append(answer)
            }
            guard !stored.isEmpty, clock.now - first >= lastSync else { continue }
            lastSync = clock.measure { answerAll(stored) }
            stored = []
        }
        answerAll(stored)
    }

    private func answerAll(_ stored: [StoredPost]) {
        guard !stored.isEmpty else { return }
        do {
            try store.syncLog()
            for (post, answer) in stored { post.continuation.resume(returning: answer) }
        } catch {
            health.note(.posts, succeeded: false)
            for (post, _) in stored { refuse(post, error) }
        }
    }

    /// Gives the post with its answer where it is done.
    private func storePart(of post: PendingPost, _ writer: PostWriter) async -> StoredPost? {
        var post = post
        do {
            let answer = try await writer.storePart(of: &post)
            health.note(.posts, succeeded: true)
            if let answer { return (post, answer) }
            pending.putBack(post)
        } catch let refusal as Refusal {
            post.continuation.resume(throwing: refusal)
        } catch {
            health.note(.posts, succeeded: false)
            refuse(post, error)
        }
        return nil
    }

    private func refuse(_ post: PendingPost, _ error: any Error) {
        let isPartly = post.progress.bytes > 0
        post.continuation.resume(
            throwing: isPartly
                ? Refusal.partlyStored(post.progress, hasKey: post.key != nil, error) : error
        )
    }
}
