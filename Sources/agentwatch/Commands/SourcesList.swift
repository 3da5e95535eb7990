import ArgumentParser
import EventStorage
import Pipeline
import Presentation

/// `agentwatch sources list`.
struct SourcesList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Every file that was read: how far, since when, and what tells it from others.",
        discussion: """
            A file that was replaced or truncated at its path is a generation of its own. The path \
            is the one at first sight; where a file lies elsewhere now, that stands behind it.

            EXAMPLES
              agentwatch sources list
              agentwatch sources list --json
            """
    )

    @OptionGroup var common: CommonOptions

    /// Writes a row a source.
    func run() throws {
        let now = SystemClock.now()
        let store = try StoreChoice.openForReading(common.database)
        let sources = SourceState.all(
            of: try store.status(now: now),
            now: now,
            look: FileStatus.init(at:)
        )
        if common.output.isJSON {
            let list = JSONValue.array(sources.map(SourceJSON.detailed))
            try Output.write(JSONWriter.document(["sources": list]))
        } else {
            try Output.write(SourceList(sources: sources, terminal: common.output.terminal).text())
            if sources.isEmpty, !common.output.quiet {
                try Output.write("Nothing was read yet.\n")
            }
        }
    }
}
