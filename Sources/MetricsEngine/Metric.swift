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
}

/// One line of the catalog: what a metric is called and what kind of number it is.
package struct Metric: Sendable, Hashable {
    package var name: String
    package var level: MetricLevel
    package var unit: MetricUnit
    package var statistic: Statistic
    /// One sentence, for the reference page and for help.
    package var summary: String

    package init(
        name: String,
        level: MetricLevel,
        unit: MetricUnit,
        statistic: Statistic,
        summary: String
    ) {
        self.name = name
        self.level = level
        self.unit = unit
        self.statistic = statistic
        self.summary = summary
    }

    /// Whether it can be grouped and filtered by the dimension.
    package func carries(_ dimension: Dimension) -> Bool { level.carries(dimension) }

    /// Why it cannot be grouped by a dimension that it does not carry.
    package func whyNot(_ dimension: Dimension) -> String { level.whyNot(dimension) }

    /// Its name is its identity.
    package static func == (left: Metric, right: Metric) -> Bool { left.name == right.name }

    /// Feeds its name.
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
