import EventStorage

/// The families that take the same units, with the filters of the query.
struct AggregationStage<Unit: DimensionedUnit & Sendable, Cell: Sendable> {
    private var tables: [any Accumulator<Unit, Cell>]
    private let filter: UnitFilter

    init(
        _ families: [any MetricFamily<Unit, Cell>.Type],
        level: MetricLevel,
        wanted: Set<Metric>,
        _ query: MetricQuery,
        _ snapshot: any StoreSnapshot
    ) throws {
        tables = families.compactMap { $0.table(for: wanted) }
        filter = try UnitFilter(query.filters, level: level, names: snapshot)
    }

    /// Whether no metric of these families is asked for.
    var isIdle: Bool { tables.isEmpty }

    /// Whether an asked metric sees requests that are still open.
    var seesOpen: Bool { tables.contains { $0.seesOpen } }

    /// Whether an asked metric asks how the values of cells lie.
    var needsSketches: Bool { tables.contains { $0.needsSketches } }

    /// Whether an asked metric asks what agents ever did.
    var asksAgents: Bool { tables.contains { $0.asksAgents } }

    /// Takes those units that are accepted and pass the filters.
    mutating func take(
        _ units: [Unit],
        into keys: inout GroupKeys,
        isOpen: Bool = false,
        accepts: (Unit) -> Bool = { _ in true }
    ) {
        guard !tables.isEmpty, !units.isEmpty else { return }
        let groups = keys.groups(of: units) { accepts($0) && filter.passes($0) }
        for index in tables.indices {
            tables[index].add(units, isOpen: isOpen, groups: groups)
        }
    }

    /// Takes those cells that are accepted and pass the filters.
    mutating func take(
        cells: [CellUnit<Cell>],
        into keys: inout GroupKeys,
        accepts: (Cell) -> Bool = { _ in true }
    ) {
        guard !tables.isEmpty, !cells.isEmpty else { return }
        let groups = keys.groups(of: cells) { accepts($0.cell) && filter.passes($0) }
        for index in tables.indices { tables[index].add(cells, groups: groups) }
    }

    /// The asked metrics of a group, in catalog order.
    mutating func values(
        of group: Int,
        facts: QueryFacts
    )
        -> [(metric: Metric, value: MetricValue)]
    {
        var values: [(metric: Metric, value: MetricValue)] = []
        for index in tables.indices { values += tables[index].values(of: group, facts: facts) }
        return values
    }
}
