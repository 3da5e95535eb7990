import AgentEvents
import MetricsEngine
import Presentation
import Rollups

/// A parameter of an operation, in the address' query.
struct Parameter: Sendable {
    /// What it may be.
    enum Form: Sendable {
        case text
        /// A time that `TimeExpression` reads.
        case time
        /// A time zone that `ZoneArgument` reads.
        case zone
        /// Words of a closed list, with commas between them.
        case list([String])
        /// A dimension, an equals sign and values.
        case condition
        case integer(ClosedRange<Int>)
        case number
        case flag
        case choice([String])
    }

    var name: String
    var form: Form
    var summary: String
    var repeats = false

    init(_ name: String, _ form: Form, _ summary: String, repeats: Bool = false) {
        self.name = name
        self.form = form
        self.summary = summary
        self.repeats = repeats
    }

    static let since = Parameter(
        "since",
        .time,
        "Start of the window: 15m, 24h, 7d, RFC 3339, today."
    )
    static let until = Parameter("until", .time, "End of the window, at most now.")
    static let now = Parameter("now", .time, "Evaluate as of this time.")
    static let zone = Parameter("tz", .zone, "Where days begin, as Europe/Paris or +05:30.")
    static let comparison = Parameter(
        "compare",
        .time,
        "Also give the values of an earlier period as long as the window: how much earlier it lies, "
            + "as 7d, or when it begins."
    )
    static let by = Parameter(
        "by",
        .list(Dimension.allCases.map(\.rawValue)),
        "Group by these dimensions.",
        repeats: true
    )
    static let metrics = Parameter(
        "metric",
        .list(MetricCatalog.all.map(\.name)),
        "Only these metrics.",
        repeats: true
    )
    static let conditions = Parameter(
        "where",
        .condition,
        "Only what has one of the values: dimension=value,value.",
        repeats: true
    )

    /// `agent=a,b` is short for `where=agent=a,b`.
    static let dimensions = Dimension.allCases.filter { !$0.isTime }.map { dimension in
        let words: [String]? =
            switch dimension {
            case .error: ErrorClass.allCases.map(\.name)
            case .outcome: RequestOutcome.allCases.compactMap(\.name)
            default: nil
            }
        let form = words.map { Form.list($0 + [WhereExpression.none]) } ?? .text
        return Parameter(
            dimension.rawValue,
            form,
            "Only what has one of these values.",
            repeats: true
        )
    }

    /// What every question about a window takes.
    static let window = [since, until, now, zone, conditions] + dimensions
}
