import AgentEvents
import Alerting
import ArgumentParser
import Presentation

/// `agentwatch alerts validate`.
struct AlertsValidate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Say what is wrong with an alerts file; exit 1 where anything is.",
        discussion: """
            Unknown keys, metrics and dimensions get the nearest known name. Needs no database.

            EXAMPLES
              agentwatch alerts validate
              agentwatch alerts validate rules/alerts.json --json
            """
    )

    @Argument(help: "A file like alerts.json.")
    var file = RuleFile.defaultPath

    @OptionGroup var output: OutputOptions

    /// Writes a line a problem.
    func run() throws {
        do {
            let rules = try RuleFile.rules(file)
            let count = Int64(rules.rules.count)
            if output.isJSON {
                try Output.write(AlertsText.problems(rules.warnings, isJSON: true, rules: count))
            } else {
                for warning in rules.warnings where !output.quiet {
                    Output.complain("warning: \(SafeText.line(warning.description))")
                }
                let name = SafeText.line(file)
                try Output.write("\(name): \(HumanNumber.counted(count, "rule")), all fine\n")
            }
        } catch let error as RuleFileError {
            try Output.write(
                AlertsText.problems(error.error.problems, isJSON: output.isJSON, rules: nil)
            )
            throw ExitCode(1)
        }
    }
}
