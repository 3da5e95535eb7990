package import AgentEvents

/// The sign of life of the follower that reads into a store.
package struct FollowerHeartbeat: Sendable, Equatable {
    package var pid: Int32
    package var startedAt: Timestamp
    /// When it last looked at its files.
    package var lookedAt: Timestamp
    /// How often it looks, in microseconds; `nil` where an older version did not say.
    package var poll: Int64?
    /// Whether a follower holds its lock now, which needs no disk to tell; `nil` where nobody looked.
    package var holdsLock: Bool?

    package init(pid: Int32, startedAt: Timestamp, lookedAt: Timestamp, poll: Int64? = nil) {
        self.pid = pid
        self.startedAt = startedAt
        self.lookedAt = lookedAt
        self.poll = poll
    }
}
