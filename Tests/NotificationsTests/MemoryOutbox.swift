import AgentEvents
import EventStorage
import Notifications

/// An outbox in memory, which can fail as told.
actor MemoryOutbox: NotificationOutbox {
    /// What a busy database throws.
    struct Busy: Error {}

    private(set) var waiting: [PendingDelivery]
    private(set) var deliveredIDs: [String] = []
    private(set) var givenUp: [String: String] = [:]
    private(set) var retries: [String: [Timestamp]] = [:]
    private(set) var errors: [String] = []
    /// How many writes are still to fail.
    private var failingWrites: Int
    private let isBusy: @Sendable () -> Bool

    init(
        _ waiting: [PendingDelivery],
        failingWrites: Int = 0,
        busyIn isBusy: @escaping @Sendable () -> Bool = { false }
    ) {
        self.waiting = waiting
        self.failingWrites = failingWrites
        self.isBusy = isBusy
    }

    func add(_ delivery: PendingDelivery) { waiting.append(delivery) }

    func pending(now: Timestamp) -> [PendingDelivery] { waiting }

    func delivered(id: String, at now: Timestamp) throws {
        try write()
        deliveredIDs.append(id)
        waiting.removeAll { $0.id == id }
    }

    func failed(id: String, retryAt: Timestamp, error: String) throws {
        try write()
        errors.append(error)
        retries[id, default: []].append(retryAt)
        for index in waiting.indices where waiting[index].id == id {
            waiting[index].failures += 1
            waiting[index].dueAt = retryAt
        }
    }

    func gaveUp(id: String, error: String, at now: Timestamp) throws {
        try write()
        givenUp[id] = error
        waiting.removeAll { $0.id == id }
    }

    func counts() -> [String: OutboxCount] {
        Dictionary(grouping: waiting) { $0.message.receiver }.mapValues { group in
            OutboxCount(pending: group.count, oldestPending: group.map(\.madeAt).min())
        }
    }

    private func write() throws {
        guard failingWrites > 0 || isBusy() else { return }
        failingWrites = max(failingWrites - 1, 0)
        throw Busy()
    }
}
