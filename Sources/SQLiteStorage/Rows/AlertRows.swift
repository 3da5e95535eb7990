import EventStorage
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

extension DeliveryRecord: AlertRow {
    package static var databaseTableName: String { "outbox" }
}

extension Silence: AlertRow {
    package static var databaseTableName: String { "silences" }
}
