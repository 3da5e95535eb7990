package import AgentEvents
import Alerting
package import EventStorage
import MetricsEngine

/// What happened to alerts, and who was told, for people and for programs.
package struct AlertHistory {
    package var transitions: [AlertTransition]
    package var deliveries: [DeliverySummary]

    /// Reads what happened in a window, at most `limit` changes and as many messages.
    package init(_ view: any StoreView, in window: TimeWindow, limit: Int) throws {
        transitions = try view.transitions(in: window, limit: limit)
        deliveries = try view.deliveries(in: window, limit: limit)
    }

    /// `alerts history --json`, the newest first.
    package var json: JSONValue {
        [
            "transitions": .array(transitions.map(Self.json)),
            "deliveries": .array(deliveries.map(Self.json)),
        ]
    }

    private static func json(_ change: AlertTransition) -> JSONValue {
        [
            "time": .time(change.at),
            "rule": .string(change.rule),
            "group": AlertStates.group(change.labels),
            "from": .string(change.from.rawValue),
            "to": .string(change.to.rawValue),
            "severity": .string(change.severity),
            "value": change.value.map(JSONValue.real) ?? .null,
            "n": .integer(change.n),
            "threshold": .real(change.threshold),
            "reason": .string(change.reason),
            "breach_start": .time(change.breachStart),
            "dedup_key": .string(
                AlertID(rule: change.rule, labels: change.labels)
                    .dedupKey(breachStart: change.breachStart)
            ),
        ]
    }

    private static func json(_ record: DeliverySummary) -> JSONValue {
        [
            "time": .time(record.madeAt),
            "id": .string(record.delivery),
            "receiver": .string(record.receiver),
            "state": .string(record.state.rawValue),
            "failures": .integer(Int64(record.failures)),
            "ended": .time(record.endedAt),
            "error": .text(record.error.flatMap { $0.isEmpty ? nil : $0 }),
            "firing": .integer(Int64(record.firing)),
            "resolved": .integer(Int64(record.resolved)),
        ]
    }

    /// A row a change, and a row a message.
    package func text(_ zone: ZoneArgument, _ terminal: Terminal) -> String {
        guard !transitions.isEmpty || !deliveries.isEmpty else {
            return "No alert has changed in this window.\n"
        }
        var changes = TextTable([
            .text("time", shrinksTo: nil), .text("rule", shrinksTo: 16), .text("from"),
            .text("to"), .text("why", shrinksTo: 20),
        ])
        for change in transitions {
            changes.append([
                TextTable.Cell(change.at.readable(in: zone.offsets)),
                TextTable.Cell(AlertStates.name(change.rule, change.labels)),
                TextTable.Cell(change.from.rawValue, .faint),
                TextTable.Cell(change.to.rawValue, Self.style(change)),
                TextTable.Cell(change.reason),
            ])
        }
        var told = TextTable([
            .text("time", shrinksTo: nil), .text("receiver", shrinksTo: 12), .text("alerts"),
            .text("arrived"), .text("problem", shrinksTo: 20),
        ])
        for record in deliveries {
            told.append([
                TextTable.Cell(record.madeAt.readable(in: zone.offsets)),
                TextTable.Cell(record.receiver), TextTable.Cell(Self.alerts(record)),
                TextTable.Cell(Self.word(record), record.state == .gaveUp ? .bad : .plain),
                TextTable.Cell(record.error ?? ""),
            ])
        }
        return [changes, told].filter { !$0.isEmpty }.map { $0.text(terminal) }
            .joined(separator: "\n")
    }

    private static func style(_ change: AlertTransition) -> TextStyle {
        switch change.to {
        case .firing: change.severity == "critical" ? .bad : .near
        case .ok: .good
        case .pending, .recovering: .plain
        }
    }

    /// The message's alerts as `2 firing, 1 resolved`.
    package static func alerts(_ record: DeliverySummary) -> String {
        [(record.firing, "firing"), (record.resolved, "resolved")].filter { $0.0 > 0 }
            .map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }

    /// What became of a message.
    package static func word(_ record: DeliverySummary) -> String {
        switch record.state {
        case .delivered: "yes"
        case .pending: record.failures == 0 ? "not yet" : "not yet, \(record.failures) tries"
        case .gaveUp: "given up"
        }
    }
}
