import AgentEvents
import EventStorage
import Rollups

/// Where `endedAt` of the requests lies that a query can see: the others need not be read.
///
/// A request closes when it ends, or later by one of two timeouts.
struct EndTimeRange {
    /// Windows over `endedAt` that have no moment in common, ascending.
    let windows: [TimeWindow]

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
        var apart: [TimeWindow] = []
        for window in wanted.sorted(by: { $0.since < $1.since }) {
            let reach = TimeWindow(since: window.since - slack, until: window.until)
            if let last = apart.last, reach.since <= last.until {
                apart[apart.count - 1].until = max(last.until, reach.until)
            } else {
                apart.append(reach)
            }
        }
        self.windows = apart
    }
}
