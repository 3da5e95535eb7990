import ArgumentParser
import EventStorage
import Pipeline
import Presentation

/// `agentwatch rejects`.
struct RejectsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rejects",
        abstract: "Lines that could not be read, with source, offset and reason.",
        discussion: """
            The newest first. --json gives the kept lines back for repair. agentwatch status counts \
            them all.

            EXAMPLES
              agentwatch rejects
              agentwatch rejects --source logs/agent.jsonl --limit 5
              agentwatch rejects --json
            """
    )

    @Option(help: ArgumentHelp("Only lines of this source.", valueName: "path"))
    var source: String?

    @Option(
        help: ArgumentHelp("The most lines (default: 50, with --json all).", valueName: "n")
    )
    var limit: Int?

    @OptionGroup var common: CommonOptions
    private static let tableLimit = 50

    /// Refuses a limit that shows nothing.
    func validate() throws {
        guard limit.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--limit needs a number above 0")
        }
    }

    /// Writes a row a line.
    func run() throws {
        let store = try StoreChoice.openForReading(common.database)
        let source = source.map(SourcePath.absolute)
        guard !common.output.isJSON else {
            return try RejectsText.writeJSON(
                source: source,
                limit: limit ?? Int(Int32.max),
                from: store,
                to: Output.write
            )
        }
        let max = limit ?? Self.tableLimit
        let lines = try store.rejects(source: source, limit: max)
        let text = RejectsText(
            lines: lines,
            terminal: common.output.terminal,
            isQuiet: common.output.quiet
        )
        try Output.write(text.text())
        if lines.count == max, limit == nil, !common.output.quiet {
            try Output.write("The newest \(max); --limit shows more.\n")
        }
    }
}
