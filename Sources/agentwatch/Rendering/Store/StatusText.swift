import AgentEvents
import EventStorage
import MetricsEngine

/// The state of the store for reading.
struct StatusText {
    var answer: StatusAnswer
    var now: Timestamp
    var terminal: Terminal
    var isQuiet: Bool

    /// The store, then a row a source.
    func text() -> String {
        let parts = [summary(), sources()] + (isQuiet ? [] : [hints()])
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private func summary() -> String {
        let status = answer.status
        let newest = status.newestEvent.map { moment in
            let age = now.micros - moment.micros
            let relation = age < 0 ? "in the future" : "\(HumanNumber.age(micros: age)) ago"
            return "\(moment.readable(in: .utc)) UTC (\(relation))"
        }
        let free = status.diskFree.map { ", \(HumanNumber.bytes($0)) free" } ?? ""
        let rows = [
            ("store", answer.path),
            (
                "size",
                "\(HumanNumber.bytes(status.bytes)) and \(HumanNumber.bytes(status.walBytes))"
                    + " of log\(free); SQLite \(status.engineVersion)"
            ),
            ("events", HumanNumber.grouped(status.events)),
            ("requests", HumanNumber.grouped(status.requests)),
            ("rejected", HumanNumber.grouped(status.rejected)),
            ("newest", newest ?? HumanNumber.none),
            ("rules", String(answer.rules)),
        ]
        var table = TextTable([.text("", shrinksTo: nil), .text("", shrinksTo: 20)])
        for (name, value) in rows {
            table.append([TextTable.Cell(name, .faint), TextTable.Cell(value)])
        }
        return table.text(terminal)
    }

    private func sources() -> String {
        var table = TextTable([
            .path("source"), .number("lines"), .number("events"),
            .number("rejected"), .number("skipped"), .number("size"), .number("unread"),
            .number("last read"), .text("", shrinksTo: 12),
        ])
        for source in answer.sources {
            let (stored, ledger) = (source.stored, source.stored.ledger)
            let generation = stored.position.generation
            let path = SourceName.short(stored.position.path)
            let name = path + (generation > 0 ? " (\(generation + 1).)" : "")
            table.append([
                TextTable.Cell(name),
                TextTable.Cell(HumanNumber.grouped(ledger.lines)),
                TextTable.Cell(HumanNumber.grouped(ledger.events)),
                TextTable.Cell(
                    HumanNumber.grouped(ledger.rejected),
                    ledger.rejected > 0 ? .near : .plain
                ),
                TextTable.Cell(HumanNumber.grouped(ledger.skipped)),
                TextTable.Cell(HumanNumber.bytes(source.sizeNow ?? stored.position.size)),
                TextTable.Cell(source.lag.map(HumanNumber.bytes) ?? HumanNumber.none),
                TextTable.Cell(age(stored.lastRead)),
                TextTable.Cell(source.problem ?? stored.position.identity, .faint),
            ])
        }
        return table.isEmpty ? "" : table.text(terminal)
    }

    private func age(_ moment: Timestamp) -> String {
        "\(HumanNumber.age(micros: max(0, now.micros - moment.micros))) ago"
    }

    private func hints() -> String {
        var hints: [String] = []
        if answer.sources.isEmpty {
            hints.append("Nothing was read yet; agentwatch ingest FILE reads logs.")
        }
        if answer.status.rejected > 0 {
            hints.append("agentwatch rejects shows the rejected lines.")
        }
        return hints.map { terminal.palette.paint($0, .faint) + "\n" }.joined()
    }
}
