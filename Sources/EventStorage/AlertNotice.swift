package import AgentEvents

/// What a receiver was told of an alert last, so that it is told once of each breach.
package struct AlertNotice: Sendable, Equatable, Codable {
    package var rule: String
    package var labels: [AlertLabel]
    package var receiver: String
    /// The breach that the receiver was told of.
    package var breachStart: Timestamp
    package var severity: String
    package var toldAt: Timestamp

    package var alert: AlertID { AlertID(rule: rule, labels: labels) }

    package init(
        _ alert: AlertID,
        receiver: String,
        breachStart: Timestamp,
        severity: String,
        toldAt: Timestamp
    ) {
        rule = alert.rule
        labels = alert.labels
        self.receiver = receiver
        self.breachStart = breachStart
        self.severity = severity
        self.toldAt = toldAt
    }
}

/// A time in which nobody is told of some alerts.
package struct Silence: Sendable, Equatable, Codable {
    /// A label that an alert must have; `rule` and `severity` are labels as well.
    package struct Matcher: Sendable, Hashable, Codable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// `nil` until it is stored.
    package var id: Int64?
    /// All of them have to match; never empty.
    package var matchers: [Matcher]
    package var startsAt: Timestamp
    package var endsAt: Timestamp
    package var author: String
    package var comment: String

    package init(
        id: Int64? = nil,
        matchers: [Matcher],
        startsAt: Timestamp,
        endsAt: Timestamp,
        author: String,
        comment: String
    ) {
        self.id = id
        self.matchers = matchers
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.author = author
        self.comment = comment
    }

    /// Whether the silence holds at a moment.
    package func isActive(at now: Timestamp) -> Bool { startsAt <= now && now < endsAt }

    /// Whether the silence covers an alert.
    package func covers(_ alert: AlertRecord) -> Bool {
        matchers.allSatisfy { matcher in
            switch matcher.name {
            case "rule": alert.rule == matcher.value
            case "severity": alert.severity == matcher.value
            default:
                // An alert without the label is not meant, whatever the value.
                alert.labels.contains {
                    $0.name == matcher.name && ($0.value ?? "") == matcher.value
                }
            }
        }
    }
}
