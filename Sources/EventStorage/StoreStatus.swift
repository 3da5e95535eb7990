package import AgentEvents

/// What a store holds.
package struct StoreStatus: Sendable {
    package var events: Int64
    package var requests: Int64
    package var rejected: Int64
    package var newestEvent: Timestamp?
    package var sources: [StoredSource]
    /// The database file, and its write-ahead log beside it.
    package var bytes: Int64
    package var walBytes: Int64
    /// Free space where the database lies; unknown where the system does not say.
    package var diskFree: Int64?
    /// What keeps the data, as its makers write it.
    package var engine = "SQLite"
    package var engineVersion: String
    /// The follower that runs, or that died without saying so; `nil` after one stopped in good order.
    package var follower: FollowerHeartbeat?
    /// What has been pruned.
    package var horizon = RetentionHorizon.none
    /// Messages by receiver; every configured receiver is there.
    package var outbox: [String: OutboxCount] = [:]

    package init(
        events: Int64,
        requests: Int64,
        rejected: Int64,
        newestEvent: Timestamp?,
        sources: [StoredSource],
        bytes: Int64,
        walBytes: Int64,
        diskFree: Int64?,
        engineVersion: String
    ) {
        self.events = events
        self.requests = requests
        self.rejected = rejected
        self.newestEvent = newestEvent
        self.sources = sources
        self.bytes = bytes
        self.walBytes = walBytes
        self.diskFree = diskFree
        self.engineVersion = engineVersion
    }
}
