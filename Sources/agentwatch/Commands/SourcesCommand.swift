import ArgumentParser

/// `agentwatch sources`.
struct SourcesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sources",
        abstract: "The files that were read.",
        subcommands: [SourcesList.self, SourcesForget.self]
    )
}
