import ArgumentParser
import EventStorage
import Pipeline
import Presentation

/// `agentwatch alerts list`.
struct AlertsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The stored rules.",
        discussion: """
            EXAMPLES
              agentwatch alerts list
              agentwatch alerts list --json
            """
    )

    @OptionGroup var common: CommonOptions

    /// Writes a row a rule.
    func run() throws {
        let store = try StoreChoice.openForReading(common.database)
        let rows = try store.thresholds()
        if common.output.isJSON {
            let rules = JSONValue.array(rows.map(AlertsText.json))
            try Output.write(JSONWriter.document(["rules": rules]))
        } else {
            try Output.write(AlertsText.table(rows).text(common.output.terminal))
            if rows.isEmpty, !common.output.quiet {
                try Output.write("No rules are stored; agentwatch alerts load FILE stores some.\n")
            }
        }
    }
}
