package import AgentEvents

/// What one receiver is told at once: the alerts of one cycle that concern it.
package struct AlertMessage: Sendable, Hashable, Codable {
    /// The receiver's name in `alerts.json`.
    package var receiver: String
    /// Firing and resolved alerts in the order of their rules.
    package var alerts: [NotifiedAlert]

    package init(receiver: String, alerts: [NotifiedAlert]) {
        self.receiver = receiver
        self.alerts = alerts
    }
}

/// One alert as a receiver is told of it.
package struct NotifiedAlert: Sendable, Hashable, Codable {
    /// Where the alert stands.
    package enum State: String, Sendable, Hashable, Codable {
        case firing
        case resolved
    }

    /// The same for every message about this breach: rule, group and start of the breach.
    package var dedupKey: String
    package var rule: String
    /// `info`, `warning` or `critical`.
    package var severity: String
    package var state: State
    /// The group: names and values, such as `agent` and `coder`.
    package var labels: [String: String]
    /// Texts with everything filled in.
    package var annotations: [String: String]
    package var startsAt: Timestamp
    /// When it was over; nil while it fires.
    package var endsAt: Timestamp?
    /// The metric's value with its unit, as text for people; nil where there is none.
    package var value: String?
    /// How many samples the value rests on.
    package var samples: Int64?
    /// Why the state was entered, as `8200 ms > 5000 ms` or `group gone`.
    package var reason: String

    package init(
        dedupKey: String,
        rule: String,
        severity: String,
        state: State,
        labels: [String: String] = [:],
        annotations: [String: String] = [:],
        startsAt: Timestamp,
        endsAt: Timestamp? = nil,
        value: String? = nil,
        samples: Int64? = nil,
        reason: String
    ) {
        self.dedupKey = dedupKey
        self.rule = rule
        self.severity = severity
        self.state = state
        self.labels = labels
        self.annotations = annotations
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.value = value
        self.samples = samples
        self.reason = reason
    }
}
