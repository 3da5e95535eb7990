import AgentEvents
import Alerting
import ArgumentParser
import EventStorage
import Pipeline
import Presentation

/// `agentwatch alerts load`.
struct AlertsLoad: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Replace the stored rules by those of a file, all or nothing.",
        discussion: """
            Where anything in the file is wrong, nothing is changed and every problem is listed. A \
            database is made where there is none.

            EXAMPLES
              agentwatch alerts load alerts.json
            """
    )

    @Argument(help: "A file like alerts.json.")
    var file: String

    @OptionGroup var common: CommonOptions

    /// Reads the file before the database is touched.
    func run() throws {
        let rules: AlertsFile
        do {
            rules = try RuleFile.loadable(file)
        } catch let error as RuleFileError {
            let hint = "nothing was changed; correct the file"
            try Output.write(
                AlertsText.problems(error.error.problems, isJSON: common.output.isJSON, rules: nil)
            )
            let count = HumanNumber.counted(Int64(error.error.problems.count), "problem")
            throw CommandFailure("loading \(SafeText.line(file))", "it has \(count)", hint)
        }
        let store = try StoreChoice.openForWriting(common.database)
        try store.replaceThresholds(rules.rules.map(\.row), receivers: rules.receivers)
        try store.sync()
        try report(rules, into: store.path)
    }

    private func report(_ rules: AlertsFile, into path: String) throws {
        if common.output.isJSON {
            try Output.write(
                JSONWriter.document(
                    [
                        "loaded": .integer(Int64(rules.rules.count)),
                        "warnings": .array(rules.warnings.map(AlertsText.json)),
                    ]
                )
            )
        } else {
            for warning in rules.warnings where !common.output.quiet {
                Output.complain("warning: \(SafeText.line(warning.description))")
            }
            let count = HumanNumber.counted(Int64(rules.rules.count), "rule")
            try Output.write("\(count) loaded into \(SafeText.line(path))\n")
        }
    }
}
