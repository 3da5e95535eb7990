/// What takes notifications.
package enum ReceiverType: String, Sendable, CaseIterable {
    /// Alertmanager's webhook payload, version 4.
    case webhook
    /// Alertmanager's own interface, version 2.
    case alertmanager
    case slack
    case pagerduty
    /// A program that gets the payload on its standard input.
    case command
    case log
}

/// A receiver as the alerts file describes it; the table `receivers` holds those of the loaded file.
///
/// What is secret stands in it as the place that holds it, `$NAME` of the environment or
/// `file:/path`, and never itself; addresses may be such places too.
package struct ReceiverConfiguration: Sendable, Equatable {
    package var name: String
    package var type: ReceiverType
    package var url: String?
    /// A program with its arguments, for `command` alone.
    package var command: [String]
    /// The key of a webhook's signature, or PagerDuty's routing key.
    package var secret: String?
    /// How long one delivery may take.
    package var timeoutSeconds: Int64
    /// How often it is told again while a rule fires; `nil` is what the rule says.
    package var repeatEverySeconds: Int64?

    package init(
        name: String,
        type: ReceiverType,
        url: String? = nil,
        command: [String] = [],
        secret: String? = nil,
        timeoutSeconds: Int64 = 10,
        repeatEverySeconds: Int64? = nil
    ) {
        self.name = name
        self.type = type
        self.url = url
        self.command = command
        self.secret = secret
        self.timeoutSeconds = timeoutSeconds
        self.repeatEverySeconds = repeatEverySeconds
    }
}
