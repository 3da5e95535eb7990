package import AgentEvents

/// What one evaluation of a rule found.
package enum Judgement: String, Sendable, Codable, CaseIterable {
    case breach
    case fine
    /// There are samples, too few of them to tell.
    case insufficient
    /// The window holds none of the units that the metric is about.
    case noData = "no_data"
    /// The rule could not be evaluated. Never the same as fine.
    case error
}

/// What an alert is in, seen over time; a stateless check knows `ok` and `firing` alone.
package enum AlertState: String, Sendable, Codable, CaseIterable {
    case ok
    /// Breached, for less than the rule's `for`.
    case pending
    case firing
    /// Fine again, for less than the rule's `keep_firing_for`.
    case recovering

    /// Whether people are to know of it.
    package var isFiring: Bool { self == .firing || self == .recovering }
}

/// A dimension's name with its value in one group; `nil` is none.
package struct AlertLabel: Sendable, Hashable, Codable {
    package var name: String
    package var value: String?

    package init(_ name: String, _ value: String?) {
        self.name = name
        self.value = value
    }
}

/// Which alert: a rule in one group.
package struct AlertID: Sendable, Hashable, Codable {
    package var rule: String
    /// In the order of the rule's `group_by`; empty without one.
    package var labels: [AlertLabel]

    package init(rule: String, labels: [AlertLabel] = []) {
        self.rule = rule
        self.labels = labels
    }
}

/// One alert as it is remembered from evaluation to evaluation.
package struct AlertRecord: Sendable, Equatable, Codable {
    package var rule: String
    package var labels: [AlertLabel]
    package var state: AlertState
    /// When the alert entered its state.
    package var since: Timestamp
    /// What the last evaluation found.
    package var result: Judgement
    package var severity: String
    package var metric: String
    package var op: String
    package var threshold: Double
    package var value: Double?
    /// What is compared with the threshold where that is not the value.
    package var score: Double?
    package var n: Int64
    /// Why the last evaluation found what it did, for people.
    package var reason: String
    /// The rule's summary as it was filled in when it last breached.
    package var summary: String?
    /// When the breach began; `nil` where there is none.
    package var breachStart: Timestamp?
    /// When a result last moved the state or could have: a breach, or fine.
    package var judgedAt: Timestamp?
    /// The time in microseconds that counts toward `for` or `keep_firing_for`.
    package var held: Int64
    /// When the group last had units.
    package var seenAt: Timestamp
    package var evaluatedAt: Timestamp

    package var id: AlertID { AlertID(rule: rule, labels: labels) }

    /// An alert that nothing is known of yet.
    package init(_ id: AlertID, now: Timestamp) {
        rule = id.rule
        labels = id.labels
        state = .ok
        since = now
        result = .noData
        severity = "warning"
        metric = ""
        op = ">"
        threshold = 0
        n = 0
        reason = ""
        held = 0
        seenAt = now
        evaluatedAt = now
    }
}

/// A change of state, which is kept as it was.
package struct AlertTransition: Sendable, Equatable, Codable {
    package var at: Timestamp
    package var rule: String
    package var labels: [AlertLabel]
    package var from: AlertState
    package var to: AlertState
    package var severity: String
    package var value: Double?
    package var n: Int64
    package var threshold: Double
    package var reason: String
    /// When the breach began that the change belongs to.
    package var breachStart: Timestamp

    private enum CodingKeys: String, CodingKey {
        case at, rule, labels, severity, value, n, threshold, reason, breachStart
        case from = "fromState"
        case to = "toState"
    }

    /// The change that has brought a record to its state.
    package init(
        to record: AlertRecord,
        from: AlertState,
        at: Timestamp,
        reason: String,
        breachStart: Timestamp
    ) {
        self.at = at
        rule = record.rule
        labels = record.labels
        self.from = from
        to = record.state
        severity = record.severity
        value = record.value
        n = record.n
        threshold = record.threshold
        self.reason = reason
        self.breachStart = breachStart
    }
}
