import AgentEvents

/// What makes a post with a key harmless when it comes again: stored with its events or not at all.
package struct PostReceipt: Sendable {
    /// As the poster chose it.
    package var key: String
    /// Tells the same post from another one under its key.
    package var bodyHash: Int64
    /// What is answered, given what the commit did.
    package var answer: @Sendable (CommitReport) -> String

    package init(
        key: String,
        bodyHash: Int64,
        answer: @escaping @Sendable (CommitReport) -> String
    ) {
        self.key = key
        self.bodyHash = bodyHash
        self.answer = answer
    }

    /// How long a receipt is kept at least, in microseconds.
    package static let lifetime = Micros.day
}

/// The receipt of a post that was stored.
package struct StoredReceipt: Sendable, Equatable {
    package var bodyHash: Int64
    package var answer: String

    package init(bodyHash: Int64, answer: String) {
        self.bodyHash = bodyHash
        self.answer = answer
    }
}
