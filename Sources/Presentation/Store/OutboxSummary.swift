package import AgentEvents
package import EventStorage

/// Which receivers have messages that did not arrive.
package struct OutboxSummary {
    private let outbox: [(name: String, count: OutboxCount)]
    private let now: Timestamp

    /// `outbox`: every configured receiver is there.
    package init(_ outbox: [String: OutboxCount], now: Timestamp) {
        self.outbox = outbox.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        self.now = now
    }

    /// Whether a message waits or was given up on.
    package var isLate: Bool { outbox.contains { $0.count.pending + $0.count.gaveUp > 0 } }

    /// One line, as `2: ops 1 waiting, for up to 4 min 05 s; chat 3 given up`.
    package var text: String {
        let late = outbox.compactMap { name, count -> String? in
            var facts: [String] = []
            if count.pending > 0, let oldest = count.oldestPending {
                let age = HumanNumber.age(micros: now.micros - oldest.micros)
                facts.append("\(count.pending) waiting, for up to \(age)")
            }
            if count.gaveUp > 0 { facts.append("\(count.gaveUp) given up") }
            return facts.isEmpty ? nil : "\(SafeText.line(name)) \(facts.joined(separator: ", "))"
        }
        let count = HumanNumber.grouped(Int64(outbox.count))
        return late.isEmpty ? "\(count), all told" : "\(count): \(late.joined(separator: "; "))"
    }

    package var json: JSONValue {
        .array(
            outbox.map { name, count in
                [
                    "name": .string(name),
                    "pending": .integer(Int64(count.pending)),
                    "given_up": .integer(Int64(count.gaveUp)),
                    "oldest_pending": .time(count.oldestPending),
                ]
            }
        )
    }
}
