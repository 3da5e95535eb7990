package import AgentEvents

/// How a store's follower stands to its files, as far as the store knows.
package struct FollowState: Sendable, Equatable {
    /// Since when the oldest byte that is not read has been there; `nil` when all is read.
    package var behindSince: Timestamp?
    /// `nil` when the last follower has stopped in good order.
    package var heartbeat: FollowerHeartbeat?

    package init(behindSince: Timestamp?, heartbeat: FollowerHeartbeat?) {
        self.behindSince = behindSince
        self.heartbeat = heartbeat
    }

    /// A follower that has not looked for longer than this is taken for dead.
    private static let maxSilence = Micros.minute

    /// How far reading is behind at a time, in microseconds: the age of the oldest unread byte, and at
    /// least the time since a follower that died has looked.
    package func lag(at now: Timestamp) -> Int64 {
        let silence = heartbeat.map { now.micros - $0.lookedAt.micros } ?? 0  // nobody is missing
        let age = behindSince.map { now.micros - $0.micros } ?? 0  // all is read
        return max(0, age, silence > Self.maxSilence ? silence : 0)
    }
}
