import AgentEvents
import EventStorage
import Rollups

/// Where `endedAt` of the requests lies that a query can see: the others need not be read.
///
/// A request closes when it ends, or later by one of two timeouts.
struct RequestReach {
    /// Windows over `endedAt` that have no moment in common.
    let windows: [TimeWindow]

    /// `seesOpen`: whether anything is asked of requests that are open now, or were at the end of the
    /// window.
    init(_ query: MetricQuery, _ settings: RequestSettings, seesOpen: Bool) {
        let slack = max(settings.unfinishedAfter, settings.idleTimeout, 0)
        let past = query.pastWindow
        let closed = TimeWindow(since: past.since - slack, until: past.until)
        let openSince = (query.coversOpenRequests ? past.until : query.now) - slack
        let open = TimeWindow(since: openSince, until: .distantFuture)
        var windows: [TimeWindow] = past.since < past.until ? [closed] : []
        if seesOpen {
            if let last = windows.last, open.since <= last.until {
                windows = [TimeWindow(since: min(last.since, open.since), until: open.until)]
            } else {
                windows.append(open)
            }
        }
        self.windows = windows
    }
}
