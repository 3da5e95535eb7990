import ArgumentParser
import EventStorage
import Pipeline

/// `agentwatch status`.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "What the store holds: sources with how far they are read, counts, sizes.",
        discussion: """
            EXAMPLES
              agentwatch status
              agentwatch status --json
            """
    )

    @OptionGroup var common: CommonOptions

    /// Writes the state of the store and of the files behind its sources.
    func run() throws {
        let now = SystemClock.now()
        let store = try StoreChoice.openForReading(common.database)
        let status = try store.status(now: now)
        let answer = StatusAnswer(
            path: store.path,
            status: status,
            rules: try store.thresholds().count,
            sources: SourceState.all(of: status.sources)
        )
        if common.output.isJSON {
            try Output.write(JSONWriter.document(answer.json))
        } else {
            let text = StatusText(
                answer: answer,
                now: now,
                terminal: common.output.terminal,
                isQuiet: common.output.quiet
            )
            try Output.write(text.text())
        }
    }
}
