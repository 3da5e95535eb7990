import AgentEvents
import EventStorage
import Rollups

/// Requests that are still open, as they are so far: what can only grow counts them already, so
/// that an agent in a loop is seen while it runs.
struct RunningRequests {
    private let now: Timestamp
    private let window: TimeWindow
    private let settings: RequestSettings

    init(query: MetricQuery, settings: RequestSettings) {
        now = query.now
        self.settings = settings
        window = query.pastWindow
    }

    /// Those with an event in the window, with the values that their events before now give them.
    func units(of rows: [RequestRow], from snapshot: any StoreSnapshot) throws -> [RequestUnit] {
        try rows.compactMap { row in
            if isWhollySeen(row) { return unit(row, row) }
            // A request with very many events is taken as it is stored.
            guard let events = try snapshot.events(ofRequestKey: row.key) else {
                return unit(row, row)
            }
            return unit(of: row, events: events)
        }
    }

    /// Whether the row itself is what its events before now make, one of them in the window.
    ///
    /// Saves reading the events of nearly all requests, of which a busy store has thousands open.
    /// Calls may follow a `task_end`, and what escalates may come after the last call.
    private func isWhollySeen(_ row: RequestRow) -> Bool {
        row.taskOutcome == nil && !row.hasEscalation && row.endedAt < now
            && window.contains(row.endedAt)
    }

    private func unit(of row: RequestRow, events: [AgentEvent]) -> RequestUnit? {
        let past = events.filter { $0.timestamp < now }
        let fold = RequestFold.fold(past, settings: settings)
        // Leaving out the last events leaves the cuts before them, and so the parts' numbers.
        guard let part = fold.requests.first(where: { $0.part == row.part }) else { return nil }
        let isActive = zip(past, fold.owners).contains { event, owner in
            owner == Int(row.part) && window.contains(event.timestamp)
        }
        return isActive ? unit(row, part) : nil
    }

    /// `part`: the request as its events before now make it.
    private func unit(_ row: RequestRow, _ part: RequestRow) -> RequestUnit {
        var soFar = part
        (soFar.key, soFar.agent, soFar.user, soFar.session) = (
            row.key, row.agent, row.user, row.session
        )
        // It is open whatever its events so far alone would say: they are judged at their begin.
        let status = soFar.status(at: .distantPast, endsTasksSince: nil, settings: settings)
        return RequestUnit(soFar, status)
    }
}
