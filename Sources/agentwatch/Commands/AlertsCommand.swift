import ArgumentParser

/// `agentwatch alerts`.
struct AlertsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts",
        abstract: "The rules that `check` judges, and what became of them.",
        subcommands: [
            AlertsLoad.self, AlertsList.self, AlertsValidate.self, AlertsHistory.self,
            AlertsSilence.self, AlertsSendTest.self,
        ]
    )
}
