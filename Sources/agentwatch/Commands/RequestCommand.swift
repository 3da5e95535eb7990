import AgentEvents
import ArgumentParser
import EventStorage
import MetricsEngine
import Pipeline
import Presentation

/// `agentwatch request`.
struct RequestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "One request: its calls on a time axis, tokens, cost, errors, outcome.",
        discussion: """
            Exits with 1 where nothing is stored under the id.

            EXAMPLES
              agentwatch request 7f3a9c
              agentwatch request 7f3a9c --json
            """
    )

    @Argument(help: "The request_id of the log.")
    var id: String

    @Option(
        help: ArgumentHelp("Show it as of this time instead of now.", valueName: "time"),
        transform: { word in try Usage.checked { try TimeExpression(word) } }
    )
    var now: TimeExpression?

    @OptionGroup var common: CommonOptions

    /// Writes what is stored under the id, or names ids that begin like it.
    func run() throws {
        let clock = SystemClock.now()
        let store = try StoreChoice.openForReading(common.database)
        guard let detail = try store.request(id) else {
            if common.output.isJSON {
                try Output.write(JSONWriter.document(RequestJSON.value(id, [], orphans: [])))
            }
            Output.complain(
                "agentwatch: no request '\(SafeText.line(id))' in \(SafeText.line(store.path))"
                    + (try suggestion(from: store))
            )
            throw ExitCode(1)
        }
        let now = now?.moment(now: clock, zone: .utc) ?? clock
        let parts = detail.requests.map { RequestPart($0, of: detail, now: now) }
        let orphans = detail.events.filter { $0.part == nil }
        if common.output.isJSON {
            try Output.write(JSONWriter.document(RequestJSON.value(id, parts, orphans: orphans)))
        } else {
            let text = RequestText(
                id: id,
                parts: parts,
                orphans: orphans,
                terminal: common.output.terminal,
                isQuiet: common.output.quiet
            )
            try Output.write(text.text())
        }
    }

    /// Stored ids with the longest beginning in common.
    private func suggestion(from store: any EventStore) throws -> String {
        for length in [id.count, id.count * 3 / 4, id.count / 2] where length > 0 {
            let ids = try store.requestIDs(startingWith: String(id.prefix(length)), limit: 3)
            guard !ids.isEmpty else { continue }
            return "; did you mean \(ids.map(SafeText.line).joined(separator: ", "))?"
        }
        return "; agentwatch requests lists some"
    }
}
