import AgentEvents
import ArgumentParser
import EventDecoding
import EventStorage
import Foundation
import Pipeline
import Presentation

/// `agentwatch ingest`.
struct IngestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Reads log files once into the database.",
        discussion: """
            Goes on where a file was read to before: a file that has not grown gives 0 lines. The \
            database is made where there is none. `-` is standard input, which has no identity: \
            what is piped in twice is stored twice.

            EXAMPLES
              agentwatch ingest logs/*.jsonl
              kubectl logs agent | agentwatch ingest -
            """
    )

    @Argument(help: "Files to read; - is standard input.")
    var files: [String]

    @Flag(help: "Store prompts and other content as they are, instead of their length and SHA-256.")
    var keepContent = false

    @Option(help: "Whether the log's timestamps are the ends or the starts of calls.")
    var timestampIs: TimestampMeaning = .end

    @OptionGroup var common: CommonOptions

    /// Reads the files and says what became of their lines.
    func run() async throws {
        try refuseNothing()
        let store = try StoreChoice.openForWriting(common.database)
        if let warning = StoreChoice.warning(common.database) {
            Output.complain("agentwatch: \(SafeText.line(warning))")
        }
        let options = DecodingOptions(
            keepContent: keepContent,
            now: SystemClock.now(),
            timestampIs: timestampIs.meaning
        )
        let progress = IngestProgress(files: files, isQuiet: common.output.quiet)
        let summary = try await FileIngest(
            store: store,
            database: common.database,
            options: options
        )
        .run(files.map(SourcePath.absolute)) { progress.show($0) }
        progress.clear()
        try store.shipAll(now: SystemClock.now())
        if common.output.isJSON {
            try Output.write(JSONWriter.document(IngestText.json(summary)))
        } else if !common.output.quiet {
            try Output.write(IngestText(summary: summary, database: common.database).text())
        }
        for problem in summary.problems { Output.complain("agentwatch: \(SafeText.line(problem))") }
        if files.contains("-"), !common.output.quiet, !common.output.isJSON {
            Output.complain(
                "Standard input has no identity: what is piped in twice is stored twice."
            )
        }
        if !summary.problems.isEmpty { throw ExitCode(3) }
        if summary.isAllRejected { throw ExitCode(1) }
    }

    /// Makes no database where there is nothing to read.
    private func refuseNothing() throws {
        guard !files.contains("-"), !FileManager.default.fileExists(atPath: common.database) else {
            return
        }
        let missing = files.filter { !FileManager.default.fileExists(atPath: $0) }
        guard missing.count == files.count, let first = missing.first else { return }
        let more = missing.count > 1 ? " and \(missing.count - 1) more" : ""
        throw CommandFailure(
            "reading \(SafeText.line(first))\(more)",
            "there is no such file",
            "name a log that exists; no database was made"
        )
    }
}

extension IngestSummary {
    /// Whether there were lines and every one of them was rejected.
    fileprivate var isAllRejected: Bool {
        ledger.rejected > 0 && ledger.rejected == ledger.lines - ledger.blank
    }
}

/// What the time of a call means in a log.
enum TimestampMeaning: String, ExpressibleByArgument, CaseIterable, Sendable {
    case end
    case start

    var meaning: DecodingOptions.TimestampMeaning { self == .end ? .end : .start }
}
