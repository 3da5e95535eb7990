import AgentEvents
import EventStorage
import Rollups

/// The requests that closed in the window, in cells and in rows, and those that are open now.
struct RequestScan {
    private var closed: AggregationStage<RequestUnit, RequestCell>
    private var open: AggregationStage<RequestUnit, Never>
    private let qualityFilter: UnitFilter
    private(set) var reusedRequestIDs: Int64 = 0
    private(set) var facts: QueryFacts

    init(_ wanted: Set<Metric>, _ query: MetricQuery, _ snapshot: any StoreSnapshot) throws {
        closed = try AggregationStage(
            MetricCatalog.requestFamilies,
            level: .request,
            wanted: wanted,
            query,
            snapshot
        )
        open = try AggregationStage(
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
        reading: ReadingPlan,
        from snapshot: any StoreSnapshot,
        keys: inout GroupKeys
    ) throws {
        guard !closed.isIdle || !open.isIdle || query.countsQuality else { return }
        if closed.asksAgents { try facts.learnAgents(from: snapshot) }
        if !closed.isIdle || query.countsQuality {
            func take(_ cells: [CellUnit<RequestCell>]) {
                closed.take(cells: cells, into: &keys)
                if query.countsQuality { countReused(cells) }
            }
            let (requests, cutMinute) = (reading.requests.cells, reading.cutMinute)
            let sketches = closed.needsSketches
            try snapshot.forEachCell(of: RequestCell.self, in: requests, sketches: sketches, take)
            try snapshot.forEachCell(of: RequestCell.self, in: cutMinute, sketches: sketches) {
                cells in
                take(cells.filter(\.hasOutcome))
            }
        }
        let seesRunning = closed.seesOpen && query.seesOpenRequests
        let pass = RequestPass(
            query,
            closedIn: reading.requests.rows,
            outcomesUntil: reading.outcomesUntil,
            seesOpen: !open.isIdle || seesRunning
        )
        var running: [RequestRow] = []
        try pass.run(over: snapshot) { found in
            closed.take(found.closed, into: &keys)
            if query.countsQuality { countReused(found.closed) }
            open.take(found.open, into: &keys)
            if seesRunning { running += found.running }
        }
        let view = RunningRequests(query: query, settings: snapshot.settings)
        closed.take(try view.units(of: running, from: snapshot), into: &keys, isOpen: true)
    }

    /// The asked request metrics of a group, in catalog order.
    mutating func values(of group: Int) -> [(metric: Metric, value: MetricValue)] {
        closed.values(of: group, facts: facts) + open.values(of: group, facts: facts)
    }

    private mutating func countReused(_ cells: [CellUnit<RequestCell>]) {
        for unit in cells where qualityFilter.passes(unit) { reusedRequestIDs += unit.cell.reused }
    }

    private mutating func countReused(_ units: [RequestUnit]) {
        for unit in units where unit.row.part > 0 && qualityFilter.passes(unit) {
            reusedRequestIDs += 1
        }
    }
}
