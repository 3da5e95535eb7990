import AgentEvents
package import EventStorage
import GRDB

/// A row whose columns are its properties in snake case; lists and objects are JSON in it.
protocol AlertRow: FetchableRecord, PersistableRecord, Codable {}

extension AlertRow {
    package static var databaseColumnDecodingStrategy: DatabaseColumnDecodingStrategy {
        .convertFromSnakeCase
    }
    package static var databaseColumnEncodingStrategy: DatabaseColumnEncodingStrategy {
        .convertToSnakeCase
    }
}

extension AlertRecord: AlertRow {
    package static var databaseTableName: String { "alerts" }
}

extension AlertTransition: AlertRow {
    package static var databaseTableName: String { "alert_transitions" }
}

extension AlertNotice: AlertRow {
    package static var databaseTableName: String { "alert_notices" }
}

extension DeliverySummary: AlertRow {
    package static var databaseTableName: String { "outbox" }
}

/// A whole row of the outbox.
struct DeliveryRow: AlertRow {
    static var databaseTableName: String { "outbox" }

    var delivery: String
    var receiver: String
    var message: AlertMessage
    var firing: Int
    var resolved: Int
    var madeAt: Timestamp
    /// Not to be tried before.
    var dueAt: Timestamp
    var failures: Int
    var state = DeliverySummary.State.pending

    init(_ pending: PendingDelivery) {
        delivery = pending.id
        message = pending.message
        receiver = message.receiver
        firing = message.alerts.count { $0.state == .firing }
        resolved = message.alerts.count - firing
        madeAt = pending.madeAt
        dueAt = pending.dueAt
        failures = pending.failures
    }

    var pending: PendingDelivery {
        PendingDelivery(
            id: delivery,
            message: message,
            madeAt: madeAt,
            dueAt: dueAt,
            failures: failures
        )
    }
}

extension Silence: AlertRow {
    package static var databaseTableName: String { "silences" }
}
