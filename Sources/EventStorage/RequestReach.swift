package import AgentEvents

/// Which requests somebody wants to see, by time.
package struct RequestReach: Sendable, Hashable {
    /// Where `endedAt` lies.
    package var ended: TimeWindow
    /// They began before this moment.
    package var begunBefore: Timestamp
    /// Those with an outcome that ended before this moment are of no use, since they closed then, and
    /// may be left out.
    package var outcomesSince: Timestamp

    package init(
        ended: TimeWindow,
        begunBefore: Timestamp = .distantFuture,
        outcomesSince: Timestamp = .distantPast
    ) {
        self.ended = ended
        self.begunBefore = begunBefore
        self.outcomesSince = outcomesSince
    }

    /// Whether a request that began and ended so is wanted, whatever became of it.
    package func contains(begun: Timestamp, ended: Timestamp) -> Bool {
        self.ended.contains(ended) && begun < begunBefore
    }
}
