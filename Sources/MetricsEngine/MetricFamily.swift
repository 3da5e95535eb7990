/// One measure with its statistics: what it keeps of units, and which metrics it makes of that.
///
/// An instance is the tally of one group.
///
/// A new family is one file in `Families` and one entry in `MetricCatalog`.
protocol MetricFamily<Unit, Cell>: Sendable {
    associatedtype Unit: Sendable
    /// What rollups keep of its units; `Never` where they keep nothing.
    associatedtype Cell: Sendable

    /// The heading of its metrics on the reference page.
    static var title: String { get }
    static var level: MetricLevel { get }
    static var definitions: [MetricDefinition<Self>] { get }

    /// The tally of no units.
    init()

    /// Takes a unit whose time lies in the window.
    mutating func add(_ unit: Unit)

    /// Takes all units of a cell, which lie in the window: counts, sums, the least and the greatest
    /// come out as if each had been added.
    mutating func merge(_ unit: CellUnit<Cell>)

    /// Takes a request that is still open in a window that ends now. Only what can only grow may
    /// see it.
    mutating func addOpen(_ unit: Unit)

    /// Takes many units, each into the tally of its group; -1 is no group.
    ///
    /// A requirement only so that every family gets loops of its own; nobody but the default
    /// implements it.
    static func add(_ units: [Unit], isOpen: Bool, groups: [Int32], to tallies: inout [Self])

    /// Takes many cells as `add` takes units.
    static func merge(_ cells: [CellUnit<Cell>], groups: [Int32], into tallies: inout [Self])
}

extension MetricFamily {
    mutating func addOpen(_ unit: Unit) {}

    static func add(_ units: [Unit], isOpen: Bool, groups: [Int32], to tallies: inout [Self]) {
        if isOpen {
            for (unit, group) in zip(units, groups) where group >= 0 {
                tallies[Int(group)].addOpen(unit)
            }
        } else {
            for (unit, group) in zip(units, groups) where group >= 0 {
                tallies[Int(group)].add(unit)
            }
        }
    }
}

extension MetricFamily {
    static func merge(_ cells: [CellUnit<Cell>], groups: [Int32], into tallies: inout [Self]) {
        for index in cells.indices where groups[index] >= 0 {
            tallies[Int(groups[index])].merge(cells[index])
        }
    }
}

extension MetricFamily where Cell == Never {
    mutating func merge(_ unit: CellUnit<Never>) {}
}

/// A metric with its definition in words and how it comes out of its family's tally.
struct MetricDefinition<Family>: Sendable {
    var metric: Metric
    /// The formula on the reference page.
    var formula: String
    /// What its `n` counts, for the reference page.
    var n: String
    /// Whether requests that are still open enter it in windows that end now.
    var seesOpen: Bool
    /// Whether it asks what agents ever did.
    var asksAgents: Bool
    var value: @Sendable (inout Family, QueryFacts) -> MetricValue
}

extension MetricDefinition where Family: MetricFamily {
    /// A metric of the family's level.
    init(
        _ name: String,
        _ unit: MetricUnit,
        _ statistic: Statistic,
        _ summary: String,
        title: String,
        worse: Metric.Direction? = nil,
        formula: String,
        n: String,
        seesOpen: Bool = false,
        needsSketches: Bool = false,
        asksAgents: Bool = false,
        value: @escaping @Sendable (inout Family, QueryFacts) -> MetricValue
    ) {
        metric = Metric(
            name: name,
            level: Family.level,
            unit: unit,
            statistic: statistic,
            title: title,
            worse: worse,
            summary: summary,
            needsSketches: needsSketches || statistic.isQuantile
        )
        self.formula = formula
        self.n = n
        self.seesOpen = seesOpen
        self.asksAgents = asksAgents
        self.value = value
    }
}
