import ArgumentParser
import Presentation

/// How a report is written.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table
    case json
    case csv
    case markdown
    case html
}

/// The options of how a report is shown.
struct ReportOutput: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How to write the answer; html is one file with charts that needs nothing else.",
            valueName: "format"
        )
    )
    var format: ReportFormat?

    @Flag(help: "Short for --format json.")
    var json = false

    @Flag(name: [.short, .long], help: "Leave out notes and hints.")
    var quiet = false

    @Flag(name: .customLong("no-color"), help: "No colours, as with NO_COLOR.")
    var noColor = false

    var chosen: ReportFormat { json ? .json : format ?? .table }

    /// The terminal that the answer is drawn for.
    var terminal: Terminal { .standardOutput(wantsColor: !noColor) }

    /// Refuses two formats at once.
    func validate() throws {
        if json, let format, format != .json {
            throw ValidationError("--json and --format \(format.rawValue) exclude each other")
        }
    }
}
