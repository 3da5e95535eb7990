package import AgentEvents
package import EventStorage
package import Logging
import Notifications
import Resilience

/// Sends a marked test message to one receiver, past the outbox.
package struct ReceiverTest: Sendable {
    private let configuration: ReceiverConfiguration
    private let environment: [String: String]
    private let logger: Logger

    package init(
        _ configuration: ReceiverConfiguration,
        environment: [String: String],
        logger: Logger
    ) {
        self.configuration = configuration
        self.environment = environment
        self.logger = logger
    }

    /// Tells of an alert that begins, and then that it is over.
    ///
    /// - Returns: what was wrong with each of the two; `nil` where it has arrived.
    /// - Throws: what the receiver cannot be made of.
    package func run(now: Timestamp) async throws -> [String?] {
        let receivers = ConfiguredReceivers([configuration], environment: environment)
        guard let receiver = receivers.usable.first else {
            return [String?](repeating: receivers.problems[configuration.name], count: 2)
        }
        let transport = AlertService.transport(environment: environment, logger: logger)
        var problems: [String?] = []
        for state in [NotifiedAlert.State.firing, .resolved] {
            let outgoing = try receiver.outgoing(for: message(state, now), at: now)
            let result = await transport.carry(outgoing, timeout: receiver.settings.timeout)
            // What has arrived has no problem.
            problems.append(result.verdict == .accepted ? nil : result.problem ?? "not accepted")
        }
        return problems
    }

    private func message(_ state: NotifiedAlert.State, _ now: Timestamp) -> PendingDelivery {
        let alert = NotifiedAlert(
            dedupKey: "agentwatch-test-\(now.micros)",
            rule: "agentwatch_test",
            severity: "info",
            state: state,
            annotations: ["summary": "This is a test of agentwatch; nothing is wrong"],
            startsAt: now,
            endsAt: state == .resolved ? now : nil,
            reason: "a test that somebody asked for"
        )
        return PendingDelivery(
            id: "test-\(state.rawValue)-\(now.micros)",
            message: AlertMessage(receiver: configuration.name, alerts: [alert]),
            madeAt: now,
            dueAt: now
        )
    }
}
