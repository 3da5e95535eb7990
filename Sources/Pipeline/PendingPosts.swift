import Synchronization

/// The key of a post, with which it can be sent again.
package struct PostKey: Sendable, Equatable {
    package var name: String
    /// Tells the same body from another one.
    package var bodyHash: Int64

    package init(name: String, bodyHash: Int64) {
        self.name = name
        self.bodyHash = bodyHash
    }
}

/// A post that waits to be stored, or of which a part is stored.
struct PendingPost: Sendable {
    var number = 0
    let body: PostedBytes
    let key: PostKey?
    let reservation: IngestBudget.Reservation
    let continuation: CheckedContinuation<EventIngestService.Answer, any Error>
    var progress = PostProgress()
    /// How often another process has come first.
    var collisions = 0

    var remainingBytes: Int { body.count - Int(progress.bytes) }
}

/// The posts that wait, in the order in which parts of them are stored.
///
/// The post with the least left comes first, so that a small one never waits for a large one; every
/// fourth turn is the oldest one's, so that a large one never waits for ever.
final class PendingPosts: Sendable {
    private struct State {
        var posts: [PendingPost] = []
        var nextNumber = 0
        var turns = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    /// One element for each time that a post came.
    let arrivals: AsyncStream<Void>
    private let arrived: AsyncStream<Void>.Continuation
    private static let oldestEvery = 4

    init() {
        (arrivals, arrived) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var count: Int { state.withLock { $0.posts.count } }

    /// Adds a post; false where no more are taken.
    func append(_ post: PendingPost) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isClosed else { return false }
            var post = post
            state.nextNumber += 1
            post.number = state.nextNumber
            state.posts.append(post)
            return true
        }
        if isTaken { arrived.yield() }
        return isTaken
    }

    /// Puts a post back of which a part was stored.
    func putBack(_ post: PendingPost) { state.withLock { $0.posts.append(post) } }

    /// Takes the post that comes next.
    func next() -> PendingPost? {
        state.withLock { state in
            state.turns += 1
            let indices = state.posts.indices
            let index =
                state.turns.isMultiple(of: Self.oldestEvery)
                ? indices.min { state.posts[$0].number < state.posts[$1].number }
                : indices.min { left, right in
                    let (one, other) = (state.posts[left], state.posts[right])
                    return (one.remainingBytes, one.number) < (other.remainingBytes, other.number)
                }
            return index.map { state.posts.remove(at: $0) }
        }
    }

    /// Takes no further posts; those that wait are still handed out.
    func close() {
        state.withLock { $0.isClosed = true }
        arrived.finish()
    }
}
