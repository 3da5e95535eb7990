import AgentEvents
import EventStorage
import Rollups

/// The one pass over the calls and retry events of the window, in cells and in rows.
struct CallScan {
    private var toolCalls: AggregationStage<CallUnit, ToolCallCell>
    private var llmCalls: AggregationStage<CallUnit, LLMCallCell>
    private var attempts: AggregationStage<CallUnit, LLMCallCell>
    private let qualityFilter: UnitFilter
    private(set) var quality = DataQuality()

    init(_ wanted: Set<Metric>, _ query: MetricQuery, _ snapshot: any StoreSnapshot) throws {
        toolCalls = try AggregationStage(
            MetricCatalog.toolCallFamilies,
            level: .toolCall,
            wanted: wanted,
            query,
            snapshot
        )
        llmCalls = try AggregationStage(
            MetricCatalog.llmCallFamilies,
            level: .llmCall,
            wanted: wanted,
            query,
            snapshot
        )
        attempts = try AggregationStage(
            MetricCatalog.attemptFamilies,
            level: .llmCall,
            wanted: wanted,
            query,
            snapshot
        )
        qualityFilter = try UnitFilter(query.filters, level: .llmCall, names: snapshot)
    }

    /// Scans, unless nothing is asked of it.
    mutating func run(
        _ query: MetricQuery,
        reading: QueryPlan,
        from snapshot: any StoreSnapshot,
        keys: inout GroupKeys
    ) throws {
        if !toolCalls.isIdle {
            try snapshot.forEachCell(
                of: ToolCallCell.self,
                in: reading.cells,
                totals: query.takesCallsTogether,
                sketches: toolCalls.needsSketches
            ) {
                toolCalls.take(cells: $0, into: &keys)
            }
        }
        if !llmCalls.isIdle || !attempts.isIdle || query.countsQuality {
            try snapshot.forEachCell(
                of: LLMCallCell.self,
                in: reading.cells,
                totals: query.takesCallsTogether,
                sketches: llmCalls.needsSketches || attempts.needsSketches
            ) { cells in
                // Some hold retry events alone.
                llmCalls.take(cells: cells, into: &keys) { $0.calls > 0 }
                attempts.take(cells: cells, into: &keys)
                if query.countsQuality { count(cells) }
            }
        }
        for window in reading.rows {
            try takeRows(of: window, query: query, from: snapshot, keys: &keys)
        }
    }

    private mutating func takeRows(
        of window: TimeWindow,
        query: MetricQuery,
        from snapshot: any StoreSnapshot,
        keys: inout GroupKeys
    ) throws {
        let isIdle = toolCalls.isIdle && llmCalls.isIdle && attempts.isIdle
        guard !isIdle || query.countsQuality else { return }
        let scope = try query.userScope(snapshot)
        try snapshot.forEachCall(in: window, names: query.callNames, of: scope) { units in
            toolCalls.take(units, into: &keys) { $0.isToolCall }
            llmCalls.take(units, into: &keys) { $0.isLLMCall }
            attempts.take(units, into: &keys) { $0.isLLMCall || $0.isRetry }
            if query.countsQuality { count(units) }
        }
    }

    /// The asked call metrics of a group, in catalog order.
    mutating func values(
        of group: Int,
        facts: QueryFacts
    )
        -> [(metric: Metric, value: MetricValue)]
    {
        toolCalls.values(of: group, facts: facts) + llmCalls.values(of: group, facts: facts)
            + attempts.values(of: group, facts: facts)
    }

    private mutating func count(_ cells: [CellUnit<LLMCallCell>]) {
        for unit in cells where qualityFilter.passes(unit) {
            quality.unpricedCalls += unit.cell.calls - unit.cell.cost.count
            quality.missingUsageCalls += unit.cell.missingUsage
            quality.inconsistentUsage += unit.cell.inconsistentUsage
        }
    }

    private mutating func count(_ units: [CallUnit]) {
        for unit in units where unit.isLLMCall && qualityFilter.passes(unit) {
            if unit.isUnpriced { quality.unpricedCalls += 1 }
            if unit.lacksUsage { quality.missingUsageCalls += 1 }
            if unit.flags.contains(.inconsistentUsage) { quality.inconsistentUsage += 1 }
        }
    }
}
