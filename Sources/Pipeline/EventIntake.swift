package import AgentEvents
import EventDecoding
package import EventStorage
import LogTailing
import Pricing
import ServiceLifecycle
import Synchronization

/// Stores events that programs post, one post after another: each in one transaction with its
/// receipt, answered when it is committed.
package final class EventIntake: Service {
    /// What became of a post.
    package struct Answer: Sendable {
        package var text: String
        /// Whether it had been stored before under its key.
        package var isRepeat: Bool
    }

    /// Why a post is not stored.
    package enum Refusal: Error, Sendable {
        /// Its key was used for another body.
        case keyReused
        /// The program is about to stop.
        case stopping
    }

    /// A post as it is answered: what was counted, and the rejected lines with their offsets in it.
    package struct Outcome: Sendable {
        package var summary: IngestSummary
        package var rejections: [LineRejection]
    }

    private struct Post: Sendable {
        var body: [UInt8]
        var key: String?
        var continuation: CheckedContinuation<Answer, any Error>
    }

    /// What a source of posts is called.
    package static let path = "http"
    /// How often another process may come first before a post is given up.
    private static let mostTries = 8

    package let room: IntakeRoom
    private let store: any EventStore
    private let render: @Sendable (Outcome) -> String
    private let threads = BlockingThreads(count: 1, name: "agentwatch.intake")
    private let posts: AsyncStream<Post>
    private let continuation: AsyncStream<Post>.Continuation

    /// `render`: makes the answer of a post.
    package init(
        store: any EventStore,
        room: IntakeRoom = IntakeRoom(),
        render: @escaping @Sendable (Outcome) -> String
    ) {
        self.store = store
        self.room = room
        self.render = render
        (posts, continuation) = AsyncStream.makeStream()
    }

    /// Stores a post of whole lines; its last line needs no end.
    ///
    /// - Throws: `Refusal`, `StoreError`
    package func submit(_ body: [UInt8], key: String?) async throws -> Answer {
        try await withCheckedThrowingContinuation { waiting in
            let post = Post(body: body, key: key, continuation: waiting)
            if case .terminated = continuation.yield(post) {
                waiting.resume(throwing: Refusal.stopping)
            }
        }
    }

    /// Until the program stops; what was taken is stored first.
    package func run() async throws {
        let continuation = continuation
        let writer = PostWriter(store: store, render: render)
        await withGracefulShutdownHandler {
            await withTaskExecutorPreference(threads) {
                for await post in posts { await answer(post, writer) }
            }
        } onGracefulShutdown: {
            continuation.finish()
        }
    }

    private func answer(_ post: Post, _ writer: PostWriter) async {
        do {
            let answer = try await writer.store(post.body, key: post.key)
            post.continuation.resume(returning: answer)
        } catch {
            post.continuation.resume(throwing: error)
        }
    }

    /// Reads posts into batches and commits them.
    private actor PostWriter {
        private let store: any EventStore
        private let render: @Sendable (Outcome) -> String
        private var reader: BatchReader<PostQueue>?
        /// Where the source of posts stands; `nil` where that has to be asked.
        private var position: SourcePosition?

        init(store: any EventStore, render: @escaping @Sendable (Outcome) -> String) {
            self.store = store
            self.render = render
        }

        func store(_ body: [UInt8], key: String?) async throws -> Answer {
            let hash = body.withUnsafeBytes { Int64(bitPattern: SipHash.hash($0)) }
            var tries = 0
            while true {
                if let key, let stored = try store.receipt(key: key) {
                    guard stored.bodyHash == hash else { throw Refusal.keyReused }
                    return Answer(text: stored.answer, isRepeat: true)
                }
                do {
                    let text = try await commit(body, key.map { ($0, hash) })
                    return Answer(text: text, isRepeat: false)
                } catch let error as StoreError where error.code == .moved {
                    // Another process takes posts, too.
                    position = nil
                    tries += 1
                    if tries == EventIntake.mostTries { throw error }
                }
            }
        }

        private func commit(
            _ body: [UInt8],
            _ key: (name: String, hash: Int64)?
        ) async throws -> String {
            let now = SystemClock.now()
            let place = try position ?? self.place()
            let reader = try self.reader ?? makeReader(now: now)
            self.reader = reader
            await reader.advance(to: now)
            await reader.load(body, at: place)
            guard var batch = await reader.next()?.batch, let progress = batch.sources.first else {
                preconditionFailure("a loaded post makes a batch")
            }
            let rejections = progress.rejections.map { rejection in
                var rejection = rejection
                rejection.offset -= place.offset
                return rejection
            }
            let counted = batch.sources
            let render = render
            let text: @Sendable (CommitReport) -> String = { report in
                var summary = IngestSummary()
                summary.add(counted, report)
                return render(Outcome(summary: summary, rejections: rejections))
            }
            batch.receipt = key.map {
                PostReceipt(key: $0.name, bodyHash: $0.hash, answer: text)
            }
            let report = try store.commit(batch, now: now)
            position = progress.position
            return text(report)
        }

        private func place() throws -> SourcePosition {
            let known = try store.positions().filter { $0.path == EventIntake.path }
            if let newest = known.max(by: { $0.generation < $1.generation }) { return newest }
            var position = SourcePosition(path: EventIntake.path)
            position.identity = "posts"
            return position
        }

        private func makeReader(now: Timestamp) throws -> BatchReader<PostQueue> {
            BatchReader(
                queue: PostQueue(),
                limit: BatchLimit(events: .max, bytes: .max, rejectedBytes: .max),
                prices: PriceTable(prices: try store.prices()),
                options: DecodingOptions(keepContent: false, now: now)
            )
        }
    }
}

extension BatchReader where Queue == PostQueue {
    /// Reads this body next.
    fileprivate func load(_ body: [UInt8], at position: SourcePosition) {
        withQueue { $0.load(body, at: position) }
    }
}
