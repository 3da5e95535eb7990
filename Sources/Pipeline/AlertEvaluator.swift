package import AgentEvents
package import Alerting
package import EventStorage
import Presentation

/// Evaluates the stored rules with memory: what was remembered goes in, and states, transitions,
/// notices and messages come out in one transaction.
///
/// One at a time on a store: whoever evaluates holds `StoreChoice.alertLock`.
package struct AlertEvaluator: Sendable {
    private let store: any AlertStore
    private let reader: any EventStore

    /// `reader`: a connection of its own to the same store, so that an evaluation keeps no writer
    /// waiting.
    package init(_ store: any AlertStore, reader: any EventStore) {
        self.store = store
        self.reader = reader
    }

    /// What an evaluation found and changed.
    package struct Outcome: Sendable {
        /// The results with the states that the alerts are in now.
        package var report: CheckReport
        package var transitions: [AlertTransition]
        /// How many messages were put into the outbox.
        package var messages: Int
    }

    /// Evaluates once.
    ///
    /// - Throws: what the store throws; then nothing is changed.
    package func evaluate(now: Timestamp) throws -> Outcome {
        let (memory, receivers, rules, checked) = try reader.read { snapshot in
            let rules = RuleSet(try snapshot.thresholds())
            return (
                try snapshot.alertMemory(), try snapshot.receivers(), rules,
                try rules.check(now: now, snapshot)
            )
        }
        let evaluation = AlertEvaluation(
            remembered: memory.records,
            rules: rules,
            results: checked.results,
            now: now
        )
        let plan = NotificationPlan(
            evaluation,
            memory: memory,
            rules: rules,
            receivers: receivers,
            now: now
        )
        try store.commit(
            AlertCycle(
                now: now,
                records: evaluation.records,
                transitions: evaluation.transitions,
                notices: plan.notices,
                deliveries: plan.messages.map { Self.delivery($0, now: now) }
            )
        )
        return Outcome(
            report: checked.inStates(of: evaluation.records),
            transitions: evaluation.transitions,
            messages: plan.messages.count
        )
    }

    /// Named by the moment, the receiver and what the message says, so that the same message of the
    /// same moment has the same name.
    private static func delivery(_ message: AlertMessage, now: Timestamp) -> PendingDelivery {
        let content = message.alerts.map { "\($0.dedupKey) \($0.state.rawValue) \($0.severity)" }
        let hash = Array(content.joined(separator: "\n").utf8).withUnsafeBytes { SipHash.hash($0) }
        return PendingDelivery(
            id: "\(now.micros)-\(Hexadecimal.text(hash, digits: 16))-\(message.receiver)",
            message: message,
            madeAt: now,
            dueAt: now
        )
    }
}
