import MetricsEngine

/// A parameter of an operation, in the address' query.
struct Parameter: Sendable {
    /// What it may be.
    enum Form: Sendable {
        case text
        case time
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
    static let zone = Parameter("tz", .text, "Where days begin, as Europe/Paris or +05:30.")
    static let by = Parameter("by", .text, "Cut by a list of dimensions.", repeats: true)
    static let conditions = Parameter(
        "where",
        .text,
        "Only what has one of the values: dimension=value,value.",
        repeats: true
    )

    /// `agent=a,b` is short for `where=agent=a,b`.
    static let dimensions = Dimension.allCases.filter { !$0.isTime }.map {
        Parameter($0.rawValue, .text, "Only what has one of these values.", repeats: true)
    }

    /// What every question about a window takes.
    static let window = [since, until, now, zone, conditions] + dimensions
}
