import AgentEvents
import EventStorage
import MetricsEngine

/// The state of the store for reading.
package struct StatusText {
    package var answer: StatusAnswer
    package var terminal: Terminal
    package var isQuiet: Bool
    /// Whether sources without anything to report are listed as well.
    package var showsAll: Bool

    package init(answer: StatusAnswer, terminal: Terminal, isQuiet: Bool, showsAll: Bool) {
        self.answer = answer
        self.terminal = terminal
        self.isQuiet = isQuiet
        self.showsAll = showsAll
    }

    /// The store, then a row a source.
    package func text() -> String {
        let table = SourceTable(now: answer.now, terminal: terminal)
        let parts =
            [summary(), table.text(answer.sources, most: showsAll ? nil : SourceTable.maxRows)]
            + (isQuiet ? [] : [hints()])
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private func summary() -> String {
        let status = answer.status
        let free = status.diskFree.map { ", \(HumanNumber.bytes($0)) free" } ?? ""
        let size =
            "\(HumanNumber.bytes(status.bytes)) and \(HumanNumber.bytes(status.walBytes))"
            + " of log\(free); \(status.engine) \(status.engineVersion)"
        var rows = [
            ("store", TextTable.Cell(answer.path)),
            ("size", TextTable.Cell(size)),
            ("events", TextTable.Cell(HumanNumber.grouped(status.events))),
            ("requests", TextTable.Cell(HumanNumber.grouped(status.requests))),
            ("rejected", TextTable.Cell(HumanNumber.grouped(status.rejected))),
            ("newest", TextTable.Cell(newest)),
            ("rules", TextTable.Cell(String(answer.rules))),
            ("follower", follower),
            ("sources", reading),
        ]
        if status.horizon != .none {
            let since = status.horizon.rows.readable(in: .utc)
            rows.insert(
                ("kept", TextTable.Cell("events since \(since) UTC, rollups before that")),
                at: 6
            )
        }
        if !status.outbox.isEmpty { rows.insert(("receivers", receivers), at: rows.count - 2) }
        var table = TextTable([.text("", shrinksTo: nil), .text("", shrinksTo: 20)])
        for (name, value) in rows { table.append([TextTable.Cell(name, .faint), value]) }
        return table.text(terminal)
    }

    private var receivers: TextTable.Cell {
        let summary = OutboxSummary(answer.status.outbox, now: answer.now)
        return TextTable.Cell(summary.text, summary.isLate ? .near : .plain)
    }

    private var newest: String {
        guard let moment = answer.status.newestEvent else { return HumanNumber.none }
        let age = answer.now.micros - moment.micros
        let relation = age < 0 ? "in the future" : "\(HumanNumber.age(micros: age)) ago"
        return "\(moment.readable(in: .utc)) UTC (\(relation))"
    }

    private var follower: TextTable.Cell {
        guard let heartbeat = answer.status.follower else { return TextTable.Cell("none runs") }
        let silence = answer.now.micros - heartbeat.lookedAt.micros
        guard heartbeat.isAlive(now: answer.now) else {
            return TextTable.Cell(
                "seems to be dead: process \(heartbeat.pid) last looked at its files "
                    + "\(HumanNumber.age(micros: silence)) ago",
                .bad
            )
        }
        let length = HumanNumber.calmAge(micros: answer.now.micros - heartbeat.startedAt.micros)
        return TextTable.Cell("runs as process \(heartbeat.pid), for \(length)", .good)
    }

    /// How many sources are read, and how far the others are behind.
    private var reading: TextTable.Cell {
        let count = answer.sources.count
        let behind = answer.sources.filter { $0.standing == .behind }
        let failed = answer.sources.count { $0.standing == .failed }
        var facts = [HumanNumber.grouped(Int64(count))]
        if !behind.isEmpty {
            let bytes = behind.reduce(0) { $0 + ($1.lag ?? 0) }  // an archive's is not known
            facts.append(
                "\(HumanNumber.grouped(Int64(behind.count))) behind (\(HumanNumber.bytes(bytes)))"
            )
        }
        if failed > 0 { facts.append("\(HumanNumber.grouped(Int64(failed))) with a problem") }
        if facts.count == 1, count > 0 { facts.append("all read") }
        let style: TextStyle = failed > 0 ? .bad : behind.isEmpty ? .plain : .near
        return TextTable.Cell(facts.joined(separator: ", "), style)
    }

    private func hints() -> String {
        var hints: [String] = []
        if answer.sources.isEmpty {
            hints.append("Nothing was read yet; agentwatch tail 'logs/*.jsonl' follows logs.")
        }
        if answer.status.follower == nil, answer.sources.contains(where: { $0.standing == .behind })
        {
            hints.append("agentwatch tail or agentwatch ingest reads what is unread.")
        }
        if answer.status.rejected > 0 {
            hints.append("agentwatch rejects shows the rejected lines.")
        }
        return hints.map { terminal.palette.paint($0, .faint) + "\n" }.joined()
    }
}
