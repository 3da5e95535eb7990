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
        help: ArgumentHelp("At most so many lines (default: 50, with --json all).", valueName: "n")
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
        let most = limit ?? (common.output.isJSON ? Int(Int32.max) : Self.tableLimit)
        let lines = try store.rejects(source: source.map(SourcePath.absolute), limit: most)
        if common.output.isJSON {
            try Output.write(JSONWriter.document(RejectsText.json(lines)))
        } else {
            let text = RejectsText(
                lines: lines,
                terminal: common.output.terminal,
                isQuiet: common.output.quiet
            )
            try Output.write(text.text())
            if lines.count == most, limit == nil, !common.output.quiet {
                try Output.write("The newest \(most); --limit shows more.\n")
            }
        }
    }
}
