import AgentEvents
import ArgumentParser
import EventDecoding
import Pipeline
import Presentation

/// `agentwatch validate`.
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Holds log files against the event format; stores nothing.",
        discussion: """
            Exit code 0 where every event is as it should be, 1 where a line would be rejected, a \
            field dropped, or the last line is not whole.

            EXAMPLES
              agentwatch validate logs/*.jsonl
              agentwatch validate --json new-agent.jsonl
            """
    )

    @Argument(help: "Files to read; - is standard input.")
    var files: [String]

    @Option(help: ArgumentHelp("The maximum number of findings per file.", valueName: "n"))
    var limit = 20

    @OptionGroup var output: OutputOptions

    /// Refuses a negative limit.
    func validate() throws {
        guard limit >= 0 else {
            throw ValidationError("--limit needs a number that is not negative")
        }
    }

    /// Writes the findings, then a line a file.
    func run() throws {
        let options = DecodingOptions(keepContent: false, now: SystemClock.now())
        let lint = LogLint(options: options, maxFindings: limit)
        let answers = try files.map { path in
            do {
                return try lint.lint(path)
            } catch {
                throw CommandFailure(
                    "reading \(SourcePath.title(path))",
                    "\(error)",
                    "name a log file, or - for standard input"
                )
            }
        }
        if output.isJSON {
            try Output.write(JSONWriter.document(ValidateText.json(answers)))
        } else {
            try Output.write(answers.map(ValidateText.text).joined())
        }
        if answers.contains(where: { $0.findingCount > 0 }) { throw ExitCode(1) }
    }
}
