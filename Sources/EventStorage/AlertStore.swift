package import AgentEvents

/// What evaluations remember of each other.
package struct AlertMemory: Sendable {
    package var records: [AlertRecord] = []
    package var notices: [AlertNotice] = []
    package var silences: [Silence] = []

    package init() {}
}

/// What one evaluation changes, all of it at once or nothing.
package struct AlertCycle: Sendable {
    package var now: Timestamp
    /// All alerts that are remembered from now on.
    package var records: [AlertRecord]
    package var transitions: [AlertTransition]
    /// All notices that are remembered from now on.
    package var notices: [AlertNotice]
    package var deliveries: [PendingDelivery]

    package init(
        now: Timestamp,
        records: [AlertRecord],
        transitions: [AlertTransition],
        notices: [AlertNotice],
        deliveries: [PendingDelivery]
    ) {
        self.now = now
        self.records = records
        self.transitions = transitions
        self.notices = notices
        self.deliveries = deliveries
    }
}

/// What became of a message, without the message itself, which may be long.
package struct DeliverySummary: Sendable, Equatable, Codable {
    /// What became of a delivery.
    package enum State: String, Sendable, Codable, CaseIterable {
        case pending
        case delivered
        case gaveUp = "gave_up"
    }

    /// Names the delivery for good, through all attempts.
    package var delivery: String
    package var receiver: String
    /// How many of its alerts begin or go on, and how many are over.
    package var firing: Int
    package var resolved: Int
    package var madeAt: Timestamp
    package var state: State
    package var failures: Int
    /// When it arrived or was given up on.
    package var endedAt: Timestamp?
    package var error: String?
}

/// Which of the machines that share a store evaluates its rules.
package enum EvaluationTurn: Sendable, Equatable {
    /// This one.
    case own
    /// This one, unless another one is found within some seconds.
    case undecided
    case others
}

/// Where evaluations of alerts write; `StoreView` is where they read.
package protocol AlertStore: NotificationOutbox {
    /// Says that this machine would evaluate the rules, and for how long that counts, in microseconds; gives whose turn
    /// it is. It is always the own one for a store of one machine, where a lock tells processes apart.
    func claimEvaluation(for length: Int64) throws -> EvaluationTurn

    /// Leaves the rules to other machines.
    func releaseEvaluation() throws

    /// Stores a cycle in one transaction that survives a power cut.
    func commit(_ cycle: AlertCycle) throws

    /// Stores a silence; gives its number.
    func add(_ silence: Silence) throws -> Int64

    /// Ends a silence now; false where there is no such silence that has not ended.
    func expireSilence(_ id: Int64, at now: Timestamp) throws -> Bool
}

extension AlertStore {
    package func claimEvaluation(for length: Int64) throws -> EvaluationTurn { .own }

    package func releaseEvaluation() throws {}
}
