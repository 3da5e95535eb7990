import AgentEvents
import EventStorage
import Rollups

/// The one pass over rows of requests: those that closed in some windows, and those open now.
struct RequestPass {
    /// Requests of one chunk by what a query sees in them.
    struct Found {
        var closed: [RequestUnit] = []
        var open: [RequestUnit] = []
        /// Those that count as still open for what can only grow.
        var running: [RequestRow] = []
    }

    private let query: MetricQuery
    private let windows: [TimeWindow]
    private let outcomesUntil: Timestamp
    private let seesOpen: Bool

    /// A pass over the rows of some windows, which are disjoint and together at most the window of the query.
    ///
    /// `outcomesUntil`: those with an outcome are wanted where they closed before this moment.
    init(
        _ query: MetricQuery,
        closedIn windows: [TimeWindow],
        outcomesUntil: Timestamp,
        seesOpen: Bool
    ) {
        self.outcomesUntil = outcomesUntil
        self.query = query
        self.windows = windows
        self.seesOpen = seesOpen
    }

    /// Hands over what it finds, unless it looks for nothing; linear in the requests that ended in or
    /// shortly before its windows.
    func run(over snapshot: any StoreSnapshot, _ body: (Found) throws -> Void) throws {
        guard seesOpen || !windows.isEmpty else { return }
        let (settings, endsTasks) = (snapshot.settings, try snapshot.endsTasksSince())
        let openSince = query.coversOpenRequests ? query.pastWindow.until : query.now
        let reaches = RequestReach.closing(
            in: windows,
            openSince: seesOpen ? openSince : nil,
            outcomesUntil: outcomesUntil,
            settings
        )
        let scope = try query.userScope(snapshot)
        for var part in reaches {
            // What closed in the past began before now, too.
            part.begunBefore = query.now
            try snapshot.forEachRequest(in: part, of: scope) { rows in
                var found = Found()
                for row in rows {
                    let status = row.status(
                        at: query.now,
                        endsTasksSince: endsTasks[row.agent],
                        settings: settings
                    )
                    add(row, status, to: &found)
                }
                try body(found)
            }
        }
    }

    private func add(_ row: RequestRow, _ status: RequestStatus, to found: inout Found) {
        if query.pastWindow.contains(status.closedAt) {
            guard windows.contains(where: { $0.contains(status.closedAt) }),
                row.taskOutcome == nil || status.closedAt < outcomesUntil
            else { return }
            found.closed.append(RequestUnit(row, status))
        } else if seesOpen, row.begunAt < query.now {
            if status.closedAt > query.now { found.open.append(RequestUnit(row, status)) }
            if query.seesAsOpen(closingAt: status.closedAt) { found.running.append(row) }
        }
    }
}
