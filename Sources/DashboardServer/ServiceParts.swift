import AgentEvents
import EventStorage
import Notifications
import Pipeline

/// What the operations of the server work with.
struct ServiceParts: Sendable {
    let options: ServerOptions
    /// Where silences are written.
    let store: any EventStore & AlertStore
    let readers: StoreReaders
    let ingest: EventIngestService
    let health: StoreHealth
    let connections: OpenConnections
    let answers: AnswerBudget
    let changes: ChangeWatch
    let counters: CallCounters
    /// Delivers messages about alerts, where this process does.
    let delivery: DeliveryService?
    let gauges = WindowGauges()
    let startedAt: Timestamp
}
