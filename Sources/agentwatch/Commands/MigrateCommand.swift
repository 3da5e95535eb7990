import ArgumentParser
import EventStorage
import Pipeline
import Presentation

/// `agentwatch migrate`.
struct MigrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Moves a database to a ClickHouse server, or everything on a server into a file.",
        discussion: """
            Ends in a comparison of both, day by day, and with 1 where they differ. It can be broken off \
            and run again. A file that went to a server stays this machine's own store: go on with \
            ?local=FILE in the address. Nothing may write to what is moved meanwhile.

            EXAMPLES
              agentwatch migrate --from agentwatch.db --to clickhouse://host/agentwatch
              agentwatch migrate --from clickhouse://host/agentwatch --to all.db
            """
    )

    @Option(help: ArgumentHelp("What is moved.", valueName: "database"))
    var from: String

    @Option(help: ArgumentHelp("Where it is moved to.", valueName: "database"))
    var to: String

    @OptionGroup var output: OutputOptions

    /// Refuses empty places.
    func validate() throws {
        if from.isEmpty || to.isEmpty {
            throw ValidationError("migrate needs the names of two databases")
        }
    }

    /// Moves everything, and says what is there then.
    func run() throws {
        let bar = ProgressBar(isQuiet: output.quiet)
        let summary: Migration.Summary
        do {
            defer { bar.clear() }
            summary = try Migration(from: from, to: to).run { done, total in
                bar.show(
                    done,
                    of: total,
                    note: "\(HumanNumber.grouped(done)) of \(HumanNumber.grouped(total)) events"
                )
            }
        }
        let text = MigrationText(summary: summary, from: from, to: to)
        if output.isJSON {
            try Output.write(JSONWriter.document(text.json))
        } else if !output.quiet || !summary.differences.isEmpty {
            try Output.write(text.text)
        }
        if !summary.differences.isEmpty { throw ExitCode(1) }
    }
}
