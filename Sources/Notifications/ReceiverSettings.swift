/// The kinds of receivers.
package enum ReceiverKind: String, Sendable, Hashable, CaseIterable {
    case webhook
    case alertmanager
    case slack
    case pagerduty
    case command
    case log
}

/// One receiver as configured, with its secrets in place.
package struct ReceiverSettings: Sendable, Hashable {
    package var name: String
    package var kind: ReceiverKind
    package var url: Secret?
    /// A program and its arguments.
    package var command: [String]
    /// Signs webhooks; PagerDuty's routing key.
    package var secret: Secret?
    /// How long a delivery may take, in microseconds.
    package var timeout: Int64
    /// The longest time between two messages about an alert that fires, in microseconds.
    package var repeatEvery: Int64
    /// What the alerts come from, as PagerDuty's `source`.
    package var origin: String

    package init(
        name: String,
        kind: ReceiverKind,
        url: Secret? = nil,
        command: [String] = [],
        secret: Secret? = nil,
        timeout: Int64 = 10_000_000,
        repeatEvery: Int64 = 14_400_000_000,
        origin: String = "agentwatch"
    ) {
        self.name = name
        self.kind = kind
        self.url = url
        self.command = command
        self.secret = secret
        self.timeout = timeout
        self.repeatEvery = repeatEvery
        self.origin = origin
    }
}
