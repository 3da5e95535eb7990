package import AgentEvents
package import Rollups

/// Which requests somebody wants to see, by time.
package struct RequestReach: Sendable, Hashable {
    /// Where `endedAt` lies.
    package var ended: TimeWindow
    /// They began before this moment.
    package var begunBefore: Timestamp
    /// Whether only those without an outcome are wanted.
    package var isUndecided: Bool

    package init(
        ended: TimeWindow,
        begunBefore: Timestamp = .distantFuture,
        isUndecided: Bool = false
    ) {
        self.ended = ended
        self.begunBefore = begunBefore
        self.isUndecided = isUndecided
    }

    /// Whether a request lies in it.
    package func contains(_ row: RequestRow) -> Bool {
        ended.contains(row.endedAt) && row.begunAt < begunBefore
            && (!isUndecided || row.taskOutcome == nil)
    }
}

extension RequestReach {
    /// Where to look for the requests that close in some windows: reaches that have no request in common,
    /// ascending.
    ///
    /// A request with an outcome closes when it ends, any other at most `settings.maxWait` later.
    ///
    /// `windows`: disjoint. `openSince`: the earliest moment after which a request that closes is wanted as an
    /// open one, where any is. `outcomesUntil`: from this moment on, none that had an outcome is wanted.
    package static func closing(
        in windows: [TimeWindow],
        openSince: Timestamp? = nil,
        outcomesUntil: Timestamp = .distantFuture,
        _ settings: RequestSettings
    ) -> [RequestReach] {
        let open = openSince.map { TimeWindow(since: $0, until: .distantFuture) }
        var list = ReachList()
        for window in (windows + [open].compactMap { $0 }).sorted(by: { $0.since < $1.since })
        where window.since < window.until {
            let decided = max(window.since, min(window.until, outcomesUntil))
            list.add(from: window.since - settings.maxWait, until: window.since, isUndecided: true)
            list.add(from: window.since, until: decided, isUndecided: false)
            list.add(from: decided, until: window.until, isUndecided: true)
        }
        return list.reaches
    }
}

/// Reaches one after the other.
private struct ReachList {
    private(set) var reaches: [RequestReach] = []

    /// Adds what of a stretch lies behind those before.
    mutating func add(from since: Timestamp, until: Timestamp, isUndecided: Bool) {
        let since = max(since, reaches.last?.ended.until ?? since)
        guard since < until else { return }
        if let last = reaches.last, last.ended.until == since, last.isUndecided == isUndecided {
            reaches[reaches.count - 1].ended.until = until
        } else {
            let ended = TimeWindow(since: since, until: until)
            reaches.append(RequestReach(ended: ended, isUndecided: isUndecided))
        }
    }
}
