import AgentEvents
import ArgumentParser
import EventStorage
import Foundation
import MetricsEngine
import Pipeline
import Presentation

/// `agentwatch alerts silence`.
struct AlertsSilence: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "silence",
        abstract: "Times in which nobody is told of some alerts.",
        subcommands: [SilenceAdd.self, SilenceList.self, SilenceExpire.self]
    )
}

/// `agentwatch alerts silence add`.
struct SilenceAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Silence the alerts that have all of these labels.",
        discussion: """
            Labels are rule, severity and the dimensions that a rule groups by. Silenced alerts are \
            evaluated and shown as ever. Whoever was told before that an alert fires is told that it \
            is over.

            EXAMPLES
              agentwatch alerts silence add rule=llm_errors --for 2h --comment "provider is down"
              agentwatch alerts silence add agent=x severity=warning --for 7d
            """
    )

    @Argument(help: ArgumentHelp("Labels that all have to match.", valueName: "label=value"))
    var labels: [String]

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("How long: 30m, 2h, 7d.", valueName: "time"),
        transform: { word in try Usage.checked { try TimeSpan(word) } }
    )
    var length: TimeSpan

    @Option(help: ArgumentHelp("Who silences (default: $USER).", valueName: "name"))
    var author: String?

    @Option(help: ArgumentHelp("Why.", valueName: "text"))
    var comment = ""

    @OptionGroup var common: CommonOptions

    /// Stores the silence, and says its number.
    func run() throws {
        let rows = try StoreChoice.openForReading(common.database).thresholds()
        let now = SystemClock.now()
        let user = ProcessInfo.processInfo.environment["USER"]
        let silence = try Usage.checked {
            try SilenceExpression.silence(
                labels,
                length: length.micros,
                author: author ?? user ?? "",
                comment: comment,
                rules: rows,
                now: now
            )
        }
        let id = try StoreChoice.openForWriting(common.database).add(silence)
        if common.output.isJSON {
            var stored = silence
            stored.id = id
            try Output.write(JSONWriter.document(AlertStates.json(stored, now: now)))
        } else {
            let until = silence.endsAt.readable(in: .utc)
            try Output.write("Silence \(id) holds until \(until) UTC\n")
        }
    }
}

/// `agentwatch alerts silence list`.
struct SilenceList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The silences that have not ended."
    )

    @OptionGroup var common: CommonOptions

    /// Writes a row a silence.
    func run() throws {
        let now = SystemClock.now()
        let store = try StoreChoice.openForReading(common.database)
        let silences = try store.read { try $0.alertMemory().silences }
            .filter { $0.endsAt > now }
        if common.output.isJSON {
            let list = silences.map { AlertStates.json($0, now: now) }
            return try Output.write(JSONWriter.document(["silences": .array(list)]))
        }
        guard !silences.isEmpty else { return try Output.write("Nothing is silenced.\n") }
        var table = TextTable([
            .number("id"), .text("labels"), .text("until (UTC)", shrinksTo: nil), .text("by"),
            .text("comment", shrinksTo: 16),
        ])
        for silence in silences {
            table.append([
                TextTable.Cell(silence.id.map(String.init) ?? ""),
                TextTable.Cell(SilenceExpression.text(silence)),
                TextTable.Cell(silence.endsAt.readable(in: .utc)),
                TextTable.Cell(silence.author), TextTable.Cell(silence.comment),
            ])
        }
        try Output.write(table.text(common.output.terminal))
    }
}

/// `agentwatch alerts silence expire`.
struct SilenceExpire: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expire",
        abstract: "End a silence now."
    )

    @Argument(help: "The number that silence list shows.")
    var id: Int64

    @OptionGroup var common: CommonOptions

    /// Ends the silence.
    func run() throws {
        _ = try StoreChoice.openForReading(common.database)
        let store = try StoreChoice.openForWriting(common.database)
        guard try store.expireSilence(id, at: SystemClock.now()) else {
            throw CommandFailure(
                "ending silence \(id)",
                "there is none that has not ended",
                "see 'agentwatch alerts silence list'"
            )
        }
        guard !common.output.quiet else { return }
        try Output.write("Silence \(id) has ended\n")
    }
}
