import AgentEvents
import ArgumentParser
import MetricsEngine

/// What is looked at: which units, cut how, in which zone, as of when.
struct QueryOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Cut by \(Dimension.allCases.map(\.rawValue).joined(separator: ", ")).",
            discussion: "A list, or given several times.",
            valueName: "dimension,..."
        )
    )
    var by: [String] = []

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Only what has one of the values; (none) is having none.",
            valueName: "dimension=value,..."
        )
    )
    var conditions: [String] = []

    @Option(
        help: ArgumentHelp(
            "Where days and hours begin, as Europe/Paris or +05:30.",
            valueName: "zone"
        ),
        transform: { try ZoneArgument($0) }
    )
    var tz: ZoneArgument?

    @Option(
        help: ArgumentHelp("Evaluate as of this time instead of now.", valueName: "time"),
        transform: { try TimeExpression($0) }
    )
    var now: TimeExpression?

    @Option(
        help: ArgumentHelp(
            "Start of the window: 15m, 24h, 7d, RFC 3339, today.",
            valueName: "time"
        ),
        transform: { try TimeExpression($0) }
    )
    var since: TimeExpression?

    @Option(
        help: ArgumentHelp("End of the window, at most now.", valueName: "time"),
        transform: { try TimeExpression($0) }
    )
    var until: TimeExpression?

    var zone: ZoneArgument { tz ?? .utc }

    /// Checks the words while the command line is read, so that mistakes are usage errors.
    func validate() throws {
        _ = try filters
        _ = try dimensions
    }

    var filters: [MetricFilter] { get throws { try WhereExpression.filters(conditions) } }

    var dimensions: [Dimension] { get throws { try WhereExpression.dimensions(by) } }

    /// The moment of evaluation.
    func evaluationTime(clock: Timestamp) -> Timestamp {
        now?.moment(now: clock, zone: zone.offsets) ?? clock
    }

    /// The window asked for, ending no later than now.
    func window(now: Timestamp) throws -> TimeWindow {
        let since = since?.moment(now: now, zone: zone.offsets) ?? .distantPast
        let until = min(until?.moment(now: now, zone: zone.offsets) ?? now, now)
        guard since < until else {
            throw ValidationError(
                "the window is empty: it begins \(since.rfc3339()) and ends \(until.rfc3339())"
            )
        }
        return TimeWindow(since: since, until: until)
    }
}
