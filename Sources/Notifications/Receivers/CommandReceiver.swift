package import AgentEvents
package import EventStorage

/// A program of the user's own, which reads the webhook's payload on its standard input.
package struct CommandReceiver: Receiver {
    package let settings: ReceiverSettings
    private let program: String

    init(_ settings: ReceiverSettings, program: String) {
        self.settings = settings
        self.program = program
    }

    package func outgoing(for delivery: PendingDelivery, at now: Timestamp) throws -> Outgoing {
        .process(
            OutgoingProcess(
                words: [program] + settings.command.dropFirst(),
                input: try JSONBody.bytes(WebhookPayload(delivery.message)),
                variables: [
                    "AGENTWATCH_RECEIVER": settings.name,
                    "AGENTWATCH_DELIVERY": delivery.id,
                ]
            )
        )
    }
}
