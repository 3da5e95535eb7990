import ArgumentParser
import MetricsEngine
import Presentation

/// `agentwatch docs`: the pages that are generated.
struct DocsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docs",
        abstract: "Print the generated reference pages.",
        shouldDisplay: false,
        subcommands: [DocsMetrics.self, DocsCLI.self, DocsSchema.self]
    )
}

/// `agentwatch docs metrics`.
struct DocsMetrics: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Print docs/METRICS.md."
    )

    /// Writes the page.
    func run() throws { try Output.write(MetricCatalog.reference()) }
}

/// `agentwatch docs cli`.
struct DocsCLI: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cli",
        abstract: "Print docs/CLI.md."
    )

    /// Writes the page.
    func run() throws { try Output.write(CommandReference.page(of: AgentWatch.self)) }
}

/// `agentwatch docs schema`.
struct DocsSchema: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print docs/alerts.schema.json."
    )

    /// Writes the document.
    func run() throws { try Output.write(AlertsSchema.text()) }
}
