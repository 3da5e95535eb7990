import AgentEvents
import ArgumentParser
import Glibc
import Presentation

/// The program: reads the command line, runs the command, and turns errors into one line and an
/// exit code.
@main
struct AgentWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agentwatch",
        abstract: "Reads the logs of AI agents and says how they do.",
        discussion: """
            EXAMPLES
              agentwatch tail 'logs/*.jsonl'
              agentwatch report --since 24h --by model
              agentwatch check

            Exit codes: 0 fine, 1 a negative answer, 3 an error, 64 wrong usage; check has its own.
            """,
        subcommands: [
            TailCommand.self, ServeCommand.self, IngestCommand.self, ReportCommand.self,
            TopCommand.self,
            CheckCommand.self,
            ValidateCommand.self,
            AlertsCommand.self, RequestsCommand.self, RequestCommand.self, StatusCommand.self,
            SourcesCommand.self,
            RejectsCommand.self,
            SQLCommand.self, BackupCommand.self, MigrateCommand.self, PruneCommand.self,
            DoctorCommand.self,
            DocsCommand.self, PagesCommand.self,
        ]
    )

    /// Runs one command line.
    static func main() async {
        // A reader that goes away ends the program, also where the parent ignores the signal.
        signal(SIGPIPE, SIG_DFL)
        do {
            try CommandWord.check(Array(CommandLine.arguments.dropFirst()), of: AgentWatch.self)
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error)
        }
    }

    private static func end(with error: any Error) -> Never {
        let code = exitCode(for: error)
        switch code {
        case .success: exit(withError: error)
        case .validationFailure: endWithUsage(error)
        default: break
        }
        if let code = error as? ExitCode { exit(withError: code) }
        Output.complain("agentwatch: \(SafeText.line("\(error)"))")
        Glibc.exit(3)
    }

    /// One line that says what is wrong, and where help is.
    private static func endWithUsage(_ error: any Error) -> Never {
        let message = message(for: error).split(separator: "\n").joined(separator: " ")
        let words = CommandLine.arguments.dropFirst().prefix { !$0.hasPrefix("-") }
        let path = CommandWord.path(Array(words), of: AgentWatch.self).joined(separator: " ")
        let end = message.hasSuffix("?") || message.hasSuffix(".") ? " See" : "; see"
        Output.complain("agentwatch: \(SafeText.line(message))\(end) '\(path) --help'")
        Glibc.exit(code(of: .validationFailure))
    }

    private static func code(of exitCode: ExitCode) -> Int32 { exitCode.rawValue }
}
