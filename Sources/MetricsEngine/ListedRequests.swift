package import AgentEvents
package import Rollups

/// Which requests a list of a window shows: those that closed in it, as metrics count them, and where
/// it goes up to now, also those that are open.
package struct ListedRequests: Sendable {
    private let window: TimeWindow
    private let now: Timestamp
    /// Where `endedAt` of such requests lies: a request closes when it ends, or later by a timeout.
    package let ended: TimeWindow

    package init(in window: TimeWindow, at now: Timestamp, _ settings: RequestSettings) {
        self.window = window
        self.now = now
        ended = TimeWindow(since: window.since - settings.maxWait, until: window.until)
    }

    /// `status`: of a request as seen at the time of the list.
    package func contains(_ status: RequestStatus) -> Bool {
        // One that is open has no time of its end yet.
        status.outcome == .open ? window.until >= now : window.contains(status.closedAt)
    }
}
