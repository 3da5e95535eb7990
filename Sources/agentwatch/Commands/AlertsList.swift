import ArgumentParser
import EventStorage
import Pipeline
import Presentation

/// `agentwatch alerts list`.
struct AlertsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The stored rules, and the states of their alerts.",
        discussion: """
            A rule has a state once it was evaluated with memory, by serve or by check --stateful. \
            Times are in UTC.

            EXAMPLES
              agentwatch alerts list
              agentwatch alerts list --json
            """
    )

    @OptionGroup var common: CommonOptions

    /// Writes a row a rule.
    func run() throws {
        let store = try StoreChoice.openForReading(common.database)
        let (rows, records) = try store.read {
            (try $0.thresholds(), try $0.alertMemory().records)
        }
        if common.output.isJSON {
            try Output.write(
                JSONWriter.document(
                    [
                        "rules": .array(rows.map(AlertsText.json)),
                        "alerts": .array(records.map(AlertStates.json)),
                    ]
                )
            )
        } else {
            try Output.write(AlertsText.table(rows, records).text(common.output.terminal))
            if rows.isEmpty, !common.output.quiet {
                try Output.write("No rules are stored; agentwatch alerts load FILE stores some.\n")
            }
        }
    }
}
