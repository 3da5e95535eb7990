import ArgumentParser
import Glibc
import Logging

/// How a command that keeps running tells of itself, on standard error.
struct LogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How messages are written to standard error.",
            valueName: "format"
        )
    )
    var logFormat: LogFormat = .text

    @Flag(name: [.short, .long], help: "Say more: every file that is opened and closed.")
    var verbose = false

    /// A logger whose lines go where `write` puts them.
    func logger(
        _ output: OutputOptions,
        write: @escaping @Sendable (String) -> Void
    ) -> Logger {
        let level: Logger.Level = verbose ? .debug : output.quiet ? .warning : .info
        return Logger(label: "agentwatch") { _ in
            ErrorStreamLog(
                format: logFormat,
                level: level,
                wantsColor: !output.noColor,
                write: write
            )
        }
    }
}
