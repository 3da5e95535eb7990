import ArgumentParser
import Presentation

/// Which units of which time, in which zone, as of when.
struct WindowOptions: ParsableArguments {
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
        transform: { word in try Usage.checked { try ZoneArgument(word) } }
    )
    var tz: ZoneArgument?

    @Option(
        help: ArgumentHelp("Evaluate as of this time instead of now.", valueName: "time"),
        transform: { word in try Usage.checked { try TimeExpression(word) } }
    )
    var now: TimeExpression?

    @Option(
        help: ArgumentHelp(
            "Start of the window: 15m, 24h, 7d, RFC 3339, today.",
            valueName: "time"
        ),
        transform: { word in try Usage.checked { try TimeExpression(word) } }
    )
    var since: TimeExpression?

    @Option(
        help: ArgumentHelp("End of the window, at most now.", valueName: "time"),
        transform: { word in try Usage.checked { try TimeExpression(word) } }
    )
    var until: TimeExpression?

    /// Checks the parameters while the command line is read, so that mistakes are usage errors.
    func validate() throws {
        _ = try Usage.checked { try parameters.filters }
    }

    /// The same without the command line.
    var parameters: QueryParameters {
        var parameters = QueryParameters()
        parameters.conditions = conditions
        parameters.zone = tz
        parameters.now = now
        parameters.since = since
        parameters.until = until
        return parameters
    }
}
