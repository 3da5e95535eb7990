package import AgentEvents
package import EventStorage

/// The states that alerts are in.
package enum AlertStates {
    /// An alert as `llm_errors (agent=x)`.
    package static func name(_ rule: String, _ labels: [AlertLabel]) -> String {
        guard !labels.isEmpty else { return rule }
        let texts = labels.map { "\($0.name)=\($0.value ?? WhereExpression.none)" }
        return "\(rule) (\(texts.joined(separator: ", ")))"
    }

    /// The same of an id.
    package static func name(_ id: AlertID) -> String { name(id.rule, id.labels) }

    /// The labels as an object.
    package static func group(_ labels: [AlertLabel]) -> JSONValue {
        .object(labels.map { (key: $0.name, value: .text($0.value)) })
    }

    /// One alert with what it was found to be last.
    package static func json(_ record: AlertRecord) -> JSONValue {
        [
            "rule": .string(record.rule),
            "group": group(record.labels),
            "state": .string(record.state.rawValue),
            "since": .time(record.since),
            "result": .string(record.result.rawValue),
            "severity": .string(record.severity),
            "value": record.value.map(JSONValue.real) ?? .null,
            "score": record.score.map(JSONValue.real) ?? .null,
            "n": .integer(record.n),
            "op": .string(record.op),
            "threshold": .real(record.threshold),
            "reason": .string(record.reason),
            "breach_start": .time(record.breachStart),
            "evaluated": .time(record.evaluatedAt),
        ]
    }

    /// A silence with whether it holds at a moment.
    package static func json(_ silence: Silence, now: Timestamp) -> JSONValue {
        [
            "id": silence.id.map(JSONValue.integer) ?? .null,
            "matchers": .object(silence.matchers.map { (key: $0.name, value: .string($0.value)) }),
            "starts": .time(silence.startsAt),
            "ends": .time(silence.endsAt),
            "active": .bool(silence.isActive(at: now)),
            "author": .string(silence.author),
            "comment": .string(silence.comment),
        ]
    }

    /// The state of a rule with several alerts, as `firing 2 of 5 since 2026-11-22 10:05:09`; `nil`
    /// where it was never evaluated with memory.
    package static func summary(_ records: [AlertRecord], _ zone: ZoneArgument) -> String? {
        let order: [AlertState] = [.firing, .recovering, .pending, .ok]
        for state in order {
            let alike = records.filter { $0.state == state }
            guard let first = alike.map(\.since).min() else { continue }
            let count = records.count > 1 ? " \(alike.count) of \(records.count)" : ""
            return "\(state.rawValue)\(count) since \(first.readable(in: zone.offsets))"
        }
        return nil
    }
}
