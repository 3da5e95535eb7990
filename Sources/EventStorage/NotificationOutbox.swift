package import AgentEvents

/// A message that waits to be delivered.
package struct PendingDelivery: Sendable, Hashable {
    /// Names it for good, through all attempts.
    package var id: String
    package var message: AlertMessage
    package var madeAt: Timestamp
    /// Not to be tried before.
    package var dueAt: Timestamp
    /// Attempts that failed.
    package var failures: Int

    package init(
        id: String,
        message: AlertMessage,
        madeAt: Timestamp,
        dueAt: Timestamp,
        failures: Int = 0
    ) {
        self.id = id
        self.message = message
        self.madeAt = madeAt
        self.dueAt = dueAt
        self.failures = failures
    }
}

/// How many deliveries of a receiver are in the outbox.
package struct OutboxCount: Sendable, Hashable {
    package var pending: Int
    /// Given up on, and not sent again since.
    package var gaveUp: Int
    /// When the oldest pending one was made.
    package var oldestPending: Timestamp?

    package init(pending: Int = 0, gaveUp: Int = 0, oldestPending: Timestamp? = nil) {
        self.pending = pending
        self.gaveUp = gaveUp
        self.oldestPending = oldestPending
    }
}

/// Where messages wait; they are put there in the transaction that changes an alert's state.
///
/// A delivery stays pending until `delivered` or `gaveUp` was called for it, so that after a crash it
/// is sent again.
package protocol NotificationOutbox: Sendable {
    /// The first ones of each receiver that are neither delivered nor given up on, in the order in
    /// which they were made, those included that are not due yet: they hold back later ones about the
    /// same alert. Bounded, so that a receiver that is down for a day costs no memory.
    func pending(now: Timestamp) async throws -> [PendingDelivery]

    /// It has arrived.
    func delivered(id: String, at now: Timestamp) async throws

    /// An attempt failed; the next is due then.
    func failed(id: String, retryAt: Timestamp, error: String) async throws

    /// It will not be tried again by itself.
    func gaveUp(id: String, error: String, at now: Timestamp) async throws

    /// How many there are, by receiver.
    func counts() async throws -> [String: OutboxCount]
}
