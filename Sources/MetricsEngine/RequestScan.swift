import AgentEvents
import EventStorage
import Rollups

/// The one pass over requests: those that closed in the window, and those that are open now.
struct RequestScan {
    private var closed: TallyStage<RequestUnit>
    private var open: TallyStage<RequestUnit>
    private let qualityFilter: UnitFilter
    private(set) var reusedRequestIDs: Int64 = 0
    private(set) var facts: QueryFacts

    init(_ wanted: Set<Metric>, _ query: MetricQuery, _ snapshot: any StoreSnapshot) throws {
        closed = try TallyStage(
            MetricCatalog.requestFamilies,
            level: .request,
            wanted: wanted,
            query,
            snapshot
        )
        open = try TallyStage(
            MetricCatalog.stateFamilies,
            level: .state,
            wanted: wanted,
            query,
            snapshot
        )
        qualityFilter = try UnitFilter(query.filters, level: .request, names: snapshot)
        facts = QueryFacts(
            now: query.now,
            slowMicros: query.slowMicros,
            paddedTo: query.paddedTo
        )
    }

    /// Scans, unless nothing is asked of it.
    mutating func run(
        _ query: MetricQuery,
        _ snapshot: any StoreSnapshot,
        _ keys: inout GroupKeys
    ) throws {
        guard !closed.isIdle || !open.isIdle || query.countsQuality else { return }
        let outcomes = try snapshot.agentOutcomes()
        (facts.completingAgents, facts.decidingAgents) = (outcomes.completing, outcomes.deciding)
        let endsTasks = try snapshot.endsTasksSince()
        let settings = snapshot.settings
        let seesRunning = closed.seesOpen && query.seesOpenRequests
        let reach = RequestReach(query, settings, seesOpen: !open.isIdle || seesRunning)
        var running: [RequestRow] = []
        for window in reach.windows {
            try snapshot.forEachRequest(endedIn: window) { rows in
                var sorted = SortedRequests(query: query, seesRunning: seesRunning)
                for row in rows {
                    let since = endsTasks[row.agent]
                    sorted.add(
                        row,
                        row.status(at: query.now, endsTasksSince: since, settings: settings)
                    )
                }
                if query.countsQuality { countReused(sorted.closed) }
                closed.take(sorted.closed, into: &keys)
                open.take(sorted.open, into: &keys)
                running += sorted.running
            }
        }
        let view = RunningRequests(query: query, settings: settings)
        closed.take(try view.units(of: running, from: snapshot), into: &keys, isOpen: true)
    }

    /// The asked request metrics of a group, in catalog order.
    mutating func values(of group: Int) -> [(metric: Metric, value: MetricValue)] {
        closed.values(of: group, facts: facts) + open.values(of: group, facts: facts)
    }

    private mutating func countReused(_ units: [RequestUnit]) {
        for unit in units where unit.row.part > 0 && qualityFilter.passes(unit) {
            reusedRequestIDs += 1
        }
    }
}

/// Requests by what a query sees in them.
private struct SortedRequests {
    let query: MetricQuery
    let seesRunning: Bool
    private(set) var closed: [RequestUnit] = []
    private(set) var open: [RequestUnit] = []
    /// Those that count as still open for what can only grow.
    private(set) var running: [RequestRow] = []

    init(query: MetricQuery, seesRunning: Bool) {
        self.query = query
        self.seesRunning = seesRunning
    }

    mutating func add(_ row: RequestRow, _ status: RequestStatus) {
        if query.pastWindow.contains(status.closedAt) {
            closed.append(RequestUnit(row, status))
        } else if row.begunAt < query.now {
            if status.closedAt > query.now { open.append(RequestUnit(row, status)) }
            if seesRunning, query.seesAsOpen(closingAt: status.closedAt) { running.append(row) }
        }
    }
}
