import AgentEvents
import ArgumentParser
import EventStorage
import MetricsEngine
import Pipeline
import Presentation

/// `agentwatch sources forget`.
struct SourcesForget: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Remove a file with all that came from it, so that it can be read again.",
        discussion: """
            Removes every generation of the path with its events, its requests and its position, in \
            one transaction. A follower, or the next ingest of the file, reads it from the start.

            EXAMPLES
              agentwatch sources forget logs/agent.jsonl
            """
    )

    @Argument(help: "The file, by the path that sources list shows.")
    var path: String

    @OptionGroup var common: CommonOptions

    /// Removes, and says what.
    func run() throws {
        // Opened for reading first, since opening for writing would make a database.
        let positions = try StoreChoice.openForReading(common.database).positions()
        let source = SourcePath.absolute(path)
        guard positions.contains(where: { $0.path == source || $0.seenAt == source }) else {
            throw unknown(source, known: positions.flatMap { [$0.path, $0.seenAt] })
        }
        let store = try StoreChoice.openForWriting(common.database)
        guard let forgotten = try store.forget(path: source) else {
            throw unknown(source, known: [])
        }
        try store.sync()
        try store.shipAll(now: SystemClock.now())
        try report(forgotten, source)
    }

    private func report(_ forgotten: ForgottenSource, _ source: String) throws {
        if common.output.isJSON {
            try Output.write(
                JSONWriter.document(
                    [
                        "path": .string(source),
                        "generations": .integer(forgotten.generations),
                        "events": .integer(forgotten.events),
                        "requests": .integer(forgotten.requests),
                    ]
                )
            )
            return
        }
        let name = SafeText.line(SourceName.short(source, for: common.output.terminal))
        let events = HumanNumber.counted(forgotten.events, "event")
        let requests = HumanNumber.counted(forgotten.requests, "request")
        let generations =
            forgotten.generations > 1
            ? " in \(HumanNumber.grouped(forgotten.generations)) generations" : ""
        try Output.write("\(name) is forgotten\(generations): \(events) of \(requests) removed\n")
    }

    /// The error for an unknown source, with the one that was probably meant: the same name in
    /// another folder, or a similar one.
    private func unknown(_ source: String, known: [String]) -> CommandFailure {
        let name = source.split(separator: "/").last.map { "/\($0)" }
        let sameName = name.flatMap { name in known.first { $0.hasSuffix(name) } }
        let nearest = sameName ?? NearestName.of(source, in: known)
        return CommandFailure(
            "forgetting \(SafeText.line(source))",
            "no such source is stored",
            nearest.map { "did you mean \(SafeText.line($0))?" }
                ?? "agentwatch sources list names them"
        )
    }
}
