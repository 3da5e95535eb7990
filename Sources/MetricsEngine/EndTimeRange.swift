import AgentEvents
import EventStorage
import Rollups

/// Where `endedAt` of the requests lies that a query can see: the others need not be read.
///
/// A request closes when it ends, or later by one of two timeouts.
struct EndTimeRange {
    /// What to read: windows over `endedAt` that have no moment in common, ascending.
    let reaches: [RequestReach]

    /// The reach of windows.
    ///
    /// `windows`: where requests that closed are wanted. `openSince`: the earliest moment after which
    /// a request that closes is wanted as an open one, where any is.
    init(
        closedIn windows: [TimeWindow],
        openSince: Timestamp?,
        _ settings: RequestSettings
    ) {
        let slack = max(settings.unfinishedAfter, settings.idleTimeout, 0)
        var wanted = windows.filter { $0.since < $0.until }
        if let openSince { wanted.append(TimeWindow(since: openSince, until: .distantFuture)) }
        var apart: [RequestReach] = []
        for window in wanted.sorted(by: { $0.since < $1.since }) {
            let ended = TimeWindow(since: window.since - slack, until: window.until)
            if let last = apart.last, ended.since <= last.ended.until {
                apart[apart.count - 1].ended.until = max(last.ended.until, ended.until)
            } else {
                // One with an outcome closes when it ends.
                apart.append(RequestReach(ended: ended, outcomesSince: window.since))
            }
        }
        reaches = apart
    }
}
