import AgentEvents
import ArgumentParser
import EventStorage
import Pipeline
import Presentation

/// `agentwatch alerts history`.
struct AlertsHistory: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Which alerts began and ended, why, and who was told.",
        discussion: """
            The newest first. Nothing is written here by a check without memory.

            EXAMPLES
              agentwatch alerts history
              agentwatch alerts history --since 24h --json
            """
    )

    @Option(
        help: ArgumentHelp("Start of the window (default: 7d).", valueName: "time"),
        transform: { word in try Usage.checked { try TimeExpression(word) } }
    )
    var since: TimeExpression?

    @Option(
        help: ArgumentHelp("Where days and hours begin, as Europe/Paris.", valueName: "zone"),
        transform: { word in try Usage.checked { try ZoneArgument(word) } }
    )
    var tz: ZoneArgument?

    @Option(help: ArgumentHelp("The maximum number of rows of each kind.", valueName: "n"))
    var limit = 100

    @OptionGroup var common: CommonOptions

    /// Refuses a limit that shows nothing.
    func validate() throws {
        guard (1...100_000).contains(limit) else {
            throw ValidationError("--limit needs a number from 1 to 100000")
        }
    }

    /// Writes the changes and the messages.
    func run() throws {
        let now = SystemClock.now()
        let zone = tz ?? .utc
        let start = since?.moment(now: now, zone: zone.offsets) ?? now - 7 * Micros.day
        let window = TimeWindow(since: start, until: now + Micros.second)
        let store = try StoreChoice.openForReading(common.database)
        let history = try store.read { try AlertHistory($0, in: window, limit: limit) }
        try Output.write(
            common.output.isJSON
                ? JSONWriter.document(history.json) : history.text(zone, common.output.terminal)
        )
    }
}
