import AgentEvents
import ArgumentParser
import EventStorage
import Pipeline
import Presentation

/// `agentwatch doctor`.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look for damage in the database, and compare its rollups with the events.",
        discussion: """
            Reads everything, while others read and write. Rollups are what reports over long times \
            are made of; they follow from the stored events and requests, so --rebuild can make them \
            anew at any time. What is wrong with the file itself it cannot mend: restore a backup, \
            or read the logs into a new database.

            Exit codes: 0 nothing found, 1 something found, 3 an error.

            EXAMPLES
              agentwatch doctor
              agentwatch doctor --rebuild
            """
    )

    @Flag(help: "Make the rollups anew first.")
    var rebuild = false

    @OptionGroup var common: CommonOptions

    /// Looks, and says what was found.
    func run() throws {
        // Opened for reading first, since opening for writing would make a database.
        let store = try StoreChoice.openForReading(common.database)
        var rebuilt: Int64?
        if rebuild {
            let writer = try StoreChoice.openForWriting(common.database)
            rebuilt = try writer.rebuildCells()
            try writer.sync()
            try writer.shipAll(now: SystemClock.now())
        }
        let findings = try store.examine()
        let outbox = try store.read { try $0.receiverCounts() }
        let receivers = OutboxSummary(outbox, now: SystemClock.now())
        try Output.write(
            common.output.isJSON
                ? json(findings, rebuilt, receivers) : text(findings, rebuilt, receivers)
        )
        if !findings.isEmpty { throw ExitCode(1) }
    }

    private func json(
        _ findings: [StoreFinding],
        _ rebuilt: Int64?,
        _ receivers: OutboxSummary
    ) -> String {
        let list = findings.map { finding in
            JSONValue.object([
                ("area", .string(finding.area.rawValue)), ("text", .string(finding.text)),
            ])
        }
        return JSONWriter.document(
            [
                "healthy": .bool(findings.isEmpty),
                "findings": .array(list),
                "rebuilt_cells": rebuilt.map(JSONValue.integer) ?? .null,
                "receivers": receivers.json,
            ]
        )
    }

    private func text(
        _ findings: [StoreFinding],
        _ rebuilt: Int64?,
        _ receivers: OutboxSummary
    ) -> String {
        var lines: [String] = []
        if let rebuilt { lines.append("made \(HumanNumber.counted(rebuilt, "rollup cell")) anew") }
        lines += findings.map { "\($0.area.rawValue): \(SafeText.line($0.text))" }
        if findings.isEmpty {
            lines.append("the file is sound, and the rollups are what the events give")
        } else if !rebuild, findings.contains(where: { $0.area == .rollups }) {
            lines.append("agentwatch doctor --rebuild makes the rollups anew")
        }
        // No damage, but somebody was not told of an alert.
        if receivers.isLate { lines.append("receivers: \(receivers.text)") }
        return lines.joined(separator: "\n") + "\n"
    }
}
