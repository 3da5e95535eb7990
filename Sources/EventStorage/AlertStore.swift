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

/// A delivery with what became of it, for showing.
package struct DeliveryRecord: Sendable, Equatable, Codable {
    package enum State: String, Sendable, Codable, CaseIterable {
        case pending
        case delivered
        case gaveUp = "gave_up"
    }

    /// Names it for good, through all attempts.
    package var delivery: String
    package var receiver: String
    package var message: AlertMessage
    package var madeAt: Timestamp
    /// Not to be tried before.
    package var dueAt: Timestamp
    package var failures: Int
    package var state: State
    /// When it arrived or was given up on.
    package var endedAt: Timestamp?
    package var error: String?

    /// A delivery that waits.
    package init(_ pending: PendingDelivery) {
        delivery = pending.id
        receiver = pending.message.receiver
        message = pending.message
        madeAt = pending.madeAt
        dueAt = pending.dueAt
        failures = pending.failures
        state = .pending
    }

    package var pending: PendingDelivery {
        PendingDelivery(
            id: delivery,
            message: message,
            madeAt: madeAt,
            dueAt: dueAt,
            failures: failures
        )
    }
}

/// Where alerts, silences and what people are told of them are kept.
package protocol AlertStore: NotificationOutbox {
    func alertMemory() throws -> AlertMemory

    /// Stores a cycle in one transaction that survives a power cut.
    func commit(_ cycle: AlertCycle) throws

    /// The transitions in a window, the newest first, at most `limit`.
    func transitions(in window: TimeWindow, limit: Int) throws -> [AlertTransition]

    /// The deliveries made in a window, the newest first, at most `limit`.
    func deliveries(in window: TimeWindow, limit: Int) throws -> [DeliveryRecord]

    /// Stores a silence; gives its number.
    func add(_ silence: Silence) throws -> Int64

    /// Ends a silence now; false where there is no such silence that has not ended.
    func expireSilence(_ id: Int64, at now: Timestamp) throws -> Bool

    /// The silences that end after a moment, by their number.
    func silences(endingAfter moment: Timestamp) throws -> [Silence]

    /// The receivers of the loaded rules, in the order of their file.
    func receivers() throws -> [ReceiverConfiguration]
}
