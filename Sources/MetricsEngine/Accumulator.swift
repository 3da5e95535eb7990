/// The tallies of one family, one a group, seen without the family.
protocol Accumulator<Unit, Cell> {
    associatedtype Unit: Sendable
    associatedtype Cell: Sendable

    /// Whether an asked metric sees requests that are still open.
    var seesOpen: Bool { get }

    /// Whether an asked metric asks how the values of cells lie.
    var needsSketches: Bool { get }

    /// Whether an asked metric asks what agents ever did.
    var asksAgents: Bool { get }

    /// Takes units, each into its group; -1 is no group.
    mutating func add(_ units: [Unit], isOpen: Bool, groups: [Int32])

    /// Takes cells, each into its group; -1 is no group.
    mutating func add(_ cells: [CellUnit<Cell>], groups: [Int32])

    /// The asked metrics of a group, in the family's order.
    mutating func values(of group: Int, facts: QueryFacts) -> [(metric: Metric, value: MetricValue)]
}

/// The tallies of one family.
struct FamilyTable<Family: MetricFamily>: Accumulator {
    private let definitions: [MetricDefinition<Family>]
    private var tallies: [Family] = []
    /// Stands for every group that has no unit of this family.
    private var empty = Family()
    let seesOpen: Bool
    let needsSketches: Bool
    let asksAgents: Bool

    /// - Parameter definitions: those of the asked metrics.
    init(_ definitions: [MetricDefinition<Family>]) {
        self.definitions = definitions
        seesOpen = definitions.contains(where: \.seesOpen)
        needsSketches = definitions.contains(where: \.metric.needsSketches)
        asksAgents = definitions.contains(where: \.asksAgents)
    }

    mutating func add(_ units: [Family.Unit], isOpen: Bool, groups: [Int32]) {
        makeRoom(for: groups)
        Family.add(units, isOpen: isOpen, groups: groups, to: &tallies)
    }

    mutating func add(_ cells: [CellUnit<Family.Cell>], groups: [Int32]) {
        makeRoom(for: groups)
        Family.merge(cells, groups: groups, into: &tallies)
    }

    private mutating func makeRoom(for groups: [Int32]) {
        let needed = Int(groups.max() ?? -1) + 1
        while tallies.count < needed { tallies.append(Family()) }
    }

    mutating func values(
        of group: Int,
        facts: QueryFacts
    )
        -> [(metric: Metric, value: MetricValue)]
    {
        if group < tallies.count {
            definitions.map { ($0.metric, $0.value(&tallies[group], facts)) }
        } else {
            definitions.map { ($0.metric, $0.value(&empty, facts)) }
        }
    }
}

extension MetricFamily {
    /// A table for the asked metrics of this family, if there are any.
    static func table(for wanted: Set<Metric>) -> (any Accumulator<Unit, Cell>)? {
        let definitions = definitions.filter { wanted.contains($0.metric) }
        return definitions.isEmpty ? nil : FamilyTable(definitions)
    }
}
