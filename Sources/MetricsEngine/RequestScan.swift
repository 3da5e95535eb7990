import AgentEvents
import EventStorage
import Rollups

/// The one pass over the requests of the store: those that closed in the window, those that are
/// open now, and what each says of its agent.
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
        let endsTasks = try snapshot.endsTasksSince()
        let settings = snapshot.settings
        let window = query.pastWindow
        let seesRunning = closed.seesOpen && query.seesOpenRequests
        var running: [RequestRow] = []
        try snapshot.forEachRequest { rows in
            var closedUnits: [RequestUnit] = []
            var openUnits: [RequestUnit] = []
            for row in rows {
                learn(row)
                let status = row.status(
                    at: query.now,
                    endsTasksSince: endsTasks[row.agent],
                    settings: settings
                )
                if window.contains(status.closedAt) {
                    closedUnits.append(RequestUnit(row, status))
                } else if row.begunAt < query.now {
                    if status.closedAt > query.now { openUnits.append(RequestUnit(row, status)) }
                    if seesRunning, query.seesAsOpen(closingAt: status.closedAt) {
                        running.append(row)
                    }
                }
            }
            if query.countsQuality { countReused(closedUnits) }
            closed.take(closedUnits, into: &keys)
            open.take(openUnits, into: &keys)
        }
        let view = RunningRequests(query: query, settings: settings)
        closed.take(try view.units(of: running, from: snapshot), into: &keys, isOpen: true)
    }

    /// The asked request metrics of a group, in catalog order.
    mutating func values(of group: Int) -> [(metric: Metric, value: MetricValue)] {
        closed.values(of: group, facts: facts) + open.values(of: group, facts: facts)
    }

    private mutating func learn(_ row: RequestRow) {
        switch row.taskOutcome {
        case .completed:
            facts.completingAgents.insert(row.agent)
            facts.decidingAgents.insert(row.agent)
        case .escalated: facts.decidingAgents.insert(row.agent)
        case .failed, .abandoned, nil:
            if row.hasEscalation { facts.decidingAgents.insert(row.agent) }
        }
    }

    private mutating func countReused(_ units: [RequestUnit]) {
        for unit in units where unit.row.part > 0 && qualityFilter.passes(unit) {
            reusedRequestIDs += 1
        }
    }
}
