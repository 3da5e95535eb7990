import Glibc
import Logging
import Pipeline
import Presentation

/// Writes the program's own messages to standard error.
struct ErrorStreamLog: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    private let format: LogFormat
    private let palette: Palette
    private let isTerminal: Bool
    private let write: @Sendable (String) -> Void

    /// `write`: takes whole lines, without their ends.
    init(
        format: LogFormat,
        level: Logger.Level,
        wantsColor: Bool,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.format = format
        self.write = write
        logLevel = level
        palette = Terminal.standardError(wantsColor: wantsColor).palette
        isTerminal = isatty(STDERR_FILENO) == 1
    }

    func log(event: LogEvent) {
        var all = metadata.merging(event.metadata ?? [:]) { _, own in own }
        if let error = event.error, all["error"] == nil { all["error"] = "\(error)" }
        let line = LogMessage(
            time: SystemClock.now(),
            level: event.level,
            message: event.message.description,
            metadata: all.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        )
        write(format == .json ? line.json : line.text(isTerminal: isTerminal, palette: palette))
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
}
