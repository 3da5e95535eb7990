/// A half-open stretch of time: `since` is inside, `until` is not.
package struct TimeWindow: Sendable, Hashable {
    package var since: Timestamp
    package var until: Timestamp

    package init(since: Timestamp, until: Timestamp) {
        self.since = since
        self.until = until
    }

    /// Whether the window holds the moment.
    @inlinable
    package func contains(_ moment: Timestamp) -> Bool { moment >= since && moment < until }
}
