import ArgumentParser

/// `agentwatch alerts`.
struct AlertsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts",
        abstract: "The rules that `check` judges.",
        subcommands: [AlertsLoad.self, AlertsList.self, AlertsValidate.self]
    )
}
