import AgentEvents
import EventStorage

/// Which deliveries of one receiver may be tried.
///
/// One that waits for its next attempt does not hold up others, except those that tell of the same
/// alert: that it is resolved must not arrive before that it fires.
struct DeliveryOrder {
    private var blockedKeys: Set<String> = []

    /// Whether the delivery may be tried now; asked in the order in which they were made.
    mutating func admits(_ delivery: PendingDelivery, now: Timestamp) -> Bool {
        let keys = delivery.message.alerts.map(\.dedupKey)
        if delivery.dueAt <= now, !keys.contains(where: blockedKeys.contains) { return true }
        blockedKeys.formUnion(keys)
        return false
    }

    /// It is still pending.
    mutating func remains(_ delivery: PendingDelivery) {
        blockedKeys.formUnion(delivery.message.alerts.map(\.dedupKey))
    }
}
