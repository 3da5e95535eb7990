package import AgentEvents

/// What was seen of a source without reading it.
package struct SourceNote: Sendable, Equatable {
    /// The path of the source, which is identified by path and `generation`.
    package var path: String
    package var generation: Int64
    package var device: Int64
    package var inode: Int64
    /// Bytes.
    package var size: Int64
    /// Where the file lies now.
    package var seenAt: String
    /// How it was recognised, for people.
    package var identity: String
    /// Why it cannot be read; `nil` takes an earlier error back.
    package var error: String?
    /// Since when it has bytes that are not read; `nil` when all is read.
    package var behindSince: Timestamp?

    /// A note of a position as it stands.
    package init(_ position: SourcePosition, error: String? = nil, behindSince: Timestamp? = nil) {
        path = position.path
        generation = position.generation
        device = position.device
        inode = position.inode
        size = position.size
        seenAt = position.seenAt
        identity = position.identity
        self.error = error
        self.behindSince = behindSince
    }
}
