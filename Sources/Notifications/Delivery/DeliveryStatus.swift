package import AgentEvents
package import EventStorage
package import Resilience

/// How deliveries to one receiver are going.
package struct DeliveryStatus: Sendable, Hashable {
    package var receiver: String
    /// nil for a receiver that the outbox names and the configuration does not.
    package var kind: ReceiverKind?
    package var breaker: CircuitBreaker.State
    package var count: OutboxCount
    package var lastDelivered: Timestamp?
    /// What went wrong last, and when.
    package var lastProblem: String?
    package var lastProblemAt: Timestamp?

    /// Whether the receiver is left alone for a while, since deliveries failed in a row.
    package var isHeldBack: Bool {
        switch breaker {
        case .closed: false
        case .open, .probing: true
        }
    }
}
