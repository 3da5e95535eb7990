package import AgentEvents

/// What one batch did to one source: from where it read, to where, and what became of the lines.
package struct SourceProgress: Sendable {
    /// The offset that the store must still hold; else another reader was here.
    package var startOffset: Int64
    package var position: SourcePosition
    package var ledger = SourceLedger()
    /// Dropped optional fields by field name.
    package var fieldErrors: [String: Int64] = [:]
    /// Rejected lines, and the first skipped ones.
    package var rejections: [LineRejection] = []
    /// Whether a follower that had caught up read this: then events that come late are counted.
    package var isFollowed = false

    package init(startOffset: Int64, position: SourcePosition) {
        self.startOffset = startOffset
        self.position = position
    }
}

/// Decoded events with the positions they reach: committed together or not at all.
package struct IngestBatch: Sendable {
    package var events = EventBatch()
    /// `AgentEvent.source` is an index into this.
    package var sources: [SourceProgress] = []
    /// Of a post that carries a key.
    package var receipt: PostReceipt?

    package init() {}
}

/// What a commit did.
package struct CommitReport: Sendable, Equatable {
    package var events: Int64 = 0
    package var duplicates: Int64 = 0
    package var conflictingDuplicates: Int64 = 0
    /// Requests that are new with this commit.
    package var requests: Int64 = 0

    package init() {}

    package static func += (total: inout CommitReport, part: CommitReport) {
        total.events += part.events
        total.duplicates += part.duplicates
        total.conflictingDuplicates += part.conflictingDuplicates
        total.requests += part.requests
    }
}
