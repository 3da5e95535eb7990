package import AgentEvents

/// A source of lines as the store knows it: where it was, what it was, how far it has been read.
package struct SourcePosition: Sendable, Equatable {
    /// The path at first sight; sources compare by it.
    ///
    /// `-` for standard input.
    package var path: String
    /// Counts up when the file behind the path was replaced or truncated.
    package var generation: Int64 = 0
    package var device: Int64 = 0
    package var inode: Int64 = 0
    /// How many of the file's first bytes `headHash` covers.
    package var headLength: Int64 = 0
    package var headHash: Int64 = 0
    /// Hash of the last bytes (at most 4 KiB) before `offset`.
    package var tailHash: Int64 = 0
    /// The byte after the last one read.
    package var offset: Int64 = 0
    /// The file's size when it was last looked at.
    package var size: Int64 = 0
    /// How the source was recognised, for people.
    package var identity: String = "new"

    package init(path: String) { self.path = path }
}

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
