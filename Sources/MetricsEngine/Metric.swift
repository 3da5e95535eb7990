/// The unit that a metric's value is shown in.
package enum MetricUnit: String, Sendable {
    case count
    case ms
    case seconds = "s"
    case ratio
    case usd
    case tokens
    case tokensPerSecond = "tokens/s"
}

/// How a metric makes one number of many units.
package enum Statistic: Sendable, Hashable {
    case count
    case sum
    case ratio
    case mean
    /// In steps of a thousandth.
    case quantile(Double)
    case max
    case value

    /// Whether a group without units has the value 0 (else it has none).
    package var isTotal: Bool { self == .count || self == .sum }

    /// Whether it takes how values lie, not only their sum and extremes.
    var isQuantile: Bool { if case .quantile = self { true } else { false } }
}

/// One line of the catalog: what a metric is called and what kind of number it is.
///
/// The metrics that the program itself asks for are static members, as `Metric.errorRate`, beside
/// the family that defines them.
package struct Metric: Sendable, Hashable {
    /// Which way a metric moves when things get worse.
    package enum Direction: Sendable {
        case higher
        case lower
    }

    package var name: String
    package var level: MetricLevel
    package var unit: MetricUnit
    package var statistic: Statistic
    /// The heading on pages.
    package var title: String
    /// `nil` where neither way is the bad one.
    package var worse: Direction?
    /// One sentence, for the reference page and for help.
    package var summary: String
    /// Whether it asks how values lie, beyond their count, their sum and the extremes; cells know that within
    /// 1 %, and everything else exactly.
    package let needsSketches: Bool

    package init(
        name: String,
        level: MetricLevel,
        unit: MetricUnit,
        statistic: Statistic,
        title: String,
        worse: Direction?,
        summary: String,
        needsSketches: Bool = false
    ) {
        self.name = name
        self.level = level
        self.unit = unit
        self.statistic = statistic
        self.title = title
        self.worse = worse
        self.summary = summary
        self.needsSketches = needsSketches
    }

    /// The name in base units, as Prometheus expects names, without a prefix.
    package var expositionName: String {
        if unit == .ms { return name.replacing("_ms", with: "") + "_seconds" }
        return name.hasSuffix("_total") || name.hasSuffix("_count") ? name + "_value" : name
    }

    /// How many of the metric's units make one base unit of Prometheus.
    package var expositionScale: Double { unit == .ms ? 1_000 : 1 }

    /// Whether it can be grouped and filtered by the dimension.
    package func carries(_ dimension: Dimension) -> Bool { level.carries(dimension) }

    /// Why it cannot be grouped by a dimension that it does not carry.
    package func whyNot(_ dimension: Dimension) -> String { level.whyNot(dimension) }

    /// Its name is its identity.
    package static func == (left: Metric, right: Metric) -> Bool { left.name == right.name }

    /// Feeds its name.
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
