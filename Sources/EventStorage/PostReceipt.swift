import AgentEvents

/// What makes a post with a key harmless when it is sent again: it is stored in the transaction of
/// the post's events.
package struct PostReceipt: Sendable {
    /// How far a post is with the batch that carries the receipt.
    package enum State: Sendable, Equatable {
        /// A part of the body is stored; `progress` is what the poster of the rest has to know.
        case partial(progress: String)
        /// All of it is stored and gets this answer.
        case whole(answer: String)
    }

    /// The key that the client chose.
    package var key: String
    /// Tells the same post from another one under its key.
    package var bodyHash: Int64
    /// How many bytes of the body were stored before this batch.
    package var startOffset: Int64
    /// How many are stored with it.
    package var endOffset: Int64
    /// The state after the commit, given what that did.
    package var state: @Sendable (CommitReport) throws -> State

    package init(
        key: String,
        bodyHash: Int64,
        startOffset: Int64,
        endOffset: Int64,
        state: @escaping @Sendable (CommitReport) throws -> State
    ) {
        self.key = key
        self.bodyHash = bodyHash
        self.startOffset = startOffset
        self.endOffset = endOffset
        self.state = state
    }

    /// The shortest time for which a receipt is kept, in microseconds.
    package static let lifetime = Micros.day
}

/// The receipt of a post, as it is stored.
package struct StoredReceipt: Sendable, Equatable {
    package var bodyHash: Int64
    package var state: PostReceipt.State

    package init(bodyHash: Int64, state: PostReceipt.State) {
        self.bodyHash = bodyHash
        self.state = state
    }
}
