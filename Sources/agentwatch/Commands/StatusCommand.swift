import ArgumentParser
import EventStorage
import Pipeline
import Presentation

/// `agentwatch status`.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "How far the logs are read, whether a follower runs, what the store holds.",
        discussion: """
            The files are looked at now, so a source that is not read any more shows, also where \
            the follower has died. Sources with a problem or with unread bytes come first.

            EXAMPLES
              agentwatch status
              agentwatch status --all
              agentwatch status --json
            """
    )

    @Flag(help: "Show every source; without it a terminal gets 50 of them.")
    var all = false

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
            sources: SourceState.all(of: status, now: now, look: FileStatus.init(at:)),
            now: now
        )
        if common.output.isJSON {
            try Output.write(JSONWriter.document(answer.json))
        } else {
            let terminal = common.output.terminal
            let text = StatusText(
                answer: answer,
                terminal: terminal,
                isQuiet: common.output.quiet,
                // What is piped on is searched by other programs.
                showsAll: all || !terminal.cutsText
            )
            try Output.write(text.text())
        }
    }
}
