extension ReceiverSettings {
    /// The receiver of its kind.
    ///
    /// - Throws: what is missing or odd.
    package func receiver() throws(ReceiverProblem) -> any Receiver {
        switch kind {
        case .webhook: WebhookReceiver(self, url: try target())
        case .alertmanager: AlertmanagerReceiver(self, url: try target())
        case .slack: SlackReceiver(self, url: try target())
        case .pagerduty:
            PagerDutyReceiver(
                self,
                url: try HTTPTarget(url ?? PagerDutyReceiver.publicURL),
                routingKey: try required(secret, "secret, which is the integration's routing key")
            )
        case .command:
            CommandReceiver(self, program: try required(command.first, "command, a list"))
        case .log: LogReceiver(self)
        }
    }

    private func target() throws(ReceiverProblem) -> HTTPTarget {
        try HTTPTarget(try required(url, "url"))
    }

    private func required<T>(_ value: T?, _ what: String) throws(ReceiverProblem) -> T {
        guard let value else {
            throw ReceiverProblem("receiver \(name): \(kind.rawValue) needs \(what)")
        }
        return value
    }
}
