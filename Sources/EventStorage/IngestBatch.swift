package import AgentEvents

/// What one batch did to one source: from where it read, to where, and what became of the lines.
package struct SourceProgress: Sendable {
    /// The offset that the store must still hold; else another reader was here.
    package var startOffset: Int64
    package var position: SourcePosition
    package var ledger = SourceLedger()
    /// Dropped optional fields by field name.
    package var fieldErrors: [String: Int64] = [:]
    /// The newest rejected lines, and the first skipped ones; `ledger` counts them all.
    package private(set) var rejections: [LineRejection] = []
    /// Whether a follower that had caught up read this: then events that come late are counted.
    package var isFollowed = false

    package init(startOffset: Int64, position: SourcePosition) {
        self.startOffset = startOffset
        self.position = position
    }

    /// How many rejected lines the store keeps of a source.
    package static let maxRejections = 1_000

    /// Keeps a rejected line, and drops the oldest ones where there are more than a store keeps;
    /// gives the memory of those that were dropped, in bytes.
    package mutating func keep(_ rejection: LineRejection) -> Int {
        rejections.append(rejection)
        // Dropped by the thousand, so that each costs the same however many come.
        guard rejections.count >= 2 * Self.maxRejections else { return 0 }
        var excess = rejections.count - Self.maxRejections
        var dropped = 0
        rejections.removeAll { rejection in
            // Skipped lines are few, and the first are the ones that are wanted.
            guard excess > 0, rejection.reason != .notAnEvent else { return false }
            excess -= 1
            dropped += rejection.memory
            return true
        }
        return dropped
    }
}

/// Decoded events with the positions they reach: committed together or not at all.
package struct IngestBatch: Sendable {
    package var events = EventBatch()
    /// `AgentEvent.source` is an index into this.
    package var sources: [SourceProgress] = []
    /// The receipt of a post that carries a key.
    package var receipt: PostReceipt?
    /// Where its events were taken over from another machine.
    package var handover: HandoverMark?

    package init() {}
}

/// What a commit did.
package struct CommitReport: Sendable, Equatable {
    package var events: Int64 = 0
    package var duplicates: Int64 = 0
    package var conflictingDuplicates: Int64 = 0
    /// Events that were not stored, since their time has been pruned.
    package var expired: Int64 = 0
    /// Requests that are new with this commit.
    package var requests: Int64 = 0

    package init() {}

    package static func += (total: inout CommitReport, part: CommitReport) {
        total.events += part.events
        total.duplicates += part.duplicates
        total.conflictingDuplicates += part.conflictingDuplicates
        total.expired += part.expired
        total.requests += part.requests
    }
}
