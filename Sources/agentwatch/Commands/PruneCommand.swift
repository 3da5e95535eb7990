import AgentEvents
import ArgumentParser
import EventStorage
import MetricsEngine
import Pipeline
import Presentation

/// `agentwatch prune`.
struct PruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove old events, and give their space back.",
        discussion: """
            Removes requests that closed longer ago than --keep says, with all of their events, and \
            all other events that old. The rollups stay: reports on that time give the same counts, \
            sums and estimates, in quarters of an hour and longer, but not by user or session and not \
            exactly. --keep-rollups also removes rollups of a greater age.

            Works in small steps while others read and write, and continues where it was interrupted. \
            Lines that arrive late for a time that has been pruned are counted as expired and not stored. \
            `tail` and `serve` do the same while they run with --keep.

            On a server whole days (UTC) are removed, for all machines; each follows with its own file \
            while it runs `tail` or `serve`.

            EXAMPLES
              agentwatch prune --keep 30d
              agentwatch prune --keep 30d --keep-rollups 400d
            """
    )

    @OptionGroup var retention: RetentionOptions

    @Option(
        help: ArgumentHelp("Count back from this time instead of now.", valueName: "time"),
        transform: { word in try Usage.checked { try TimeExpression(word) } }
    )
    var now: TimeExpression?

    @OptionGroup var common: CommonOptions

    /// Checks the words while the command line is read, so that mistakes are usage errors.
    func validate() throws {
        guard retention.keep != nil else {
            throw ValidationError("--keep needs a time, such as 30d")
        }
    }

    /// Prunes, and says what is gone.
    func run() throws {
        guard let policy = try retention.policy else { return }
        var parameters = QueryParameters()
        parameters.now = now
        let now = parameters.evaluationTime(clock: SystemClock.now())
        // Opened for reading first, since opening for writing would make a database.
        _ = try StoreChoice.openForReading(common.database)
        let store = try StoreChoice.openForWriting(common.database)
        let report = try Pruning.run(store, to: policy.horizon(now: now)) { false }
        try store.sync()
        let output = common.output
        try Output.write(output.isJSON ? Self.json(report) : Self.text(report))
    }

    private static func json(_ report: PruneReport) -> String {
        func time(_ moment: Timestamp) -> JSONValue {
            moment == .distantPast ? .null : .time(moment)
        }
        return JSONWriter.document([
            "horizon": time(report.horizon.rows),
            "cells_from": time(report.horizon.cells),
            "events": .integer(report.events),
            "requests": .integer(report.requests),
            "cells": .integer(report.cells),
            "names": .integer(report.names),
            "bytes_before": .integer(report.bytesBefore),
            "bytes_after": .integer(report.bytesAfter),
        ])
    }

    private static func text(_ report: PruneReport) -> String {
        guard report.horizon != .none else { return "Nothing is that old.\n" }
        let events = HumanNumber.counted(report.events, "event")
        let requests = HumanNumber.counted(report.requests, "request")
        let moment = report.horizon.rows.readable(in: .utc)
        let (before, after) = (
            HumanNumber.bytes(report.bytesBefore), HumanNumber.bytes(report.bytesAfter)
        )
        return """
            \(events) of \(requests) removed. Events are kept from \(moment) UTC on.
            The database has \(after), and had \(before).

            """
    }
}
