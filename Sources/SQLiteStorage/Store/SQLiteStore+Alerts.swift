package import AgentEvents
package import EventStorage
import GRDB

extension SQLiteStore: AlertStore {
    /// How long ended deliveries and old transitions are kept, in microseconds.
    private static let deliveryLifetime = 90 * Micros.day
    private static let transitionLifetime = 400 * Micros.day
    /// How many waiting messages of one receiver are looked at; later ones follow when these end.
    private static let maxPending = 20
    /// How many silences may hold at once.
    private static let maxSilences = 1_000

    package func commit(_ cycle: AlertCycle) throws {
        try write(isDurable: true) { db in
            try AlertRecord.deleteAll(db)
            for record in cycle.records { try record.insert(db) }
            try AlertNotice.deleteAll(db)
            for notice in cycle.notices { try notice.insert(db) }
            for transition in cycle.transitions { try transition.insert(db) }
            for delivery in cycle.deliveries {
                // The same message of the same moment is the same message.
                try DeliveryRow(delivery).insert(db, onConflict: .ignore)
            }
            try Self.prune(now: cycle.now, db)
        }
    }

    private static func prune(now: Timestamp, _ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM outbox WHERE made_at < ? AND state <> 'pending'",
            arguments: [(now - deliveryLifetime).micros]
        )
        try db.execute(
            sql: "DELETE FROM silences WHERE ends_at < ?",
            arguments: [(now - deliveryLifetime).micros]
        )
        try db.execute(
            sql: "DELETE FROM alert_transitions WHERE at < ?",
            arguments: [(now - transitionLifetime).micros]
        )
    }

    package func add(_ silence: Silence) throws -> Int64 {
        try write(isDurable: true) { db in
            let open = try Silence.filter(sql: "ends_at > ?", arguments: [silence.startsAt.micros])
                .fetchCount(db)
            guard open < Self.maxSilences else {
                throw StoreError(
                    .refused,
                    operation: "adding a silence to \(path)",
                    cause: "\(open) silences hold already",
                    hint: "end some of them, or silence by fewer labels"
                )
            }
            try silence.insert(db)
            return db.lastInsertedRowID
        }
    }

    package func expireSilence(_ id: Int64, at now: Timestamp) throws -> Bool {
        try write(isDurable: true) { db in
            try db.execute(
                sql: """
                    UPDATE silences SET ends_at = max(?1, starts_at + 1) WHERE id = ?2 AND ends_at > ?1
                    """,
                arguments: [now.micros, id]
            )
            return db.changesCount > 0
        }
    }

    private func reading<T>(_ body: (Database) throws -> T) throws -> T {
        try Self.mappingErrors(path) { try reader.read(body) }
    }
}

// MARK: - The outbox

extension SQLiteStore {
    package func pending(now: Timestamp) async throws -> [PendingDelivery] {
        try reading { db in
            try DeliveryRow.fetchAll(
                db,
                sql: """
                    SELECT * FROM outbox WHERE id IN (
                        SELECT id FROM (
                            SELECT id, row_number() OVER (PARTITION BY receiver ORDER BY id) AS place
                            FROM outbox WHERE state = 'pending')
                        WHERE place <= ?)
                    ORDER BY id
                    """,
                arguments: [Self.maxPending]
            )
        }.map(\.pending)
    }

    package func delivered(id: String, at now: Timestamp) async throws {
        try end(id, as: .delivered, at: now, error: nil)
    }

    package func gaveUp(id: String, error: String, at now: Timestamp) async throws {
        try end(id, as: .gaveUp, at: now, error: error)
    }

    package func failed(id: String, retryAt: Timestamp, error: String) async throws {
        try write(isDurable: true) { db in
            try db.execute(
                sql: """
                    UPDATE outbox SET failures = failures + 1, due_at = ?, error = ?
                    WHERE delivery = ? AND state = 'pending'
                    """,
                arguments: [retryAt.micros, error, id]
            )
        }
    }

    private func end(
        _ id: String,
        as state: DeliverySummary.State,
        at now: Timestamp,
        error: String?
    ) throws {
        try write(isDurable: true) { db in
            try db.execute(
                sql: """
                    UPDATE outbox SET state = ?, ended_at = ?, error = ?
                    WHERE delivery = ? AND state = 'pending'
                    """,
                arguments: [state.rawValue, now.micros, error, id]
            )
        }
    }

    package func counts() async throws -> [String: OutboxCount] {
        try read { try $0.outboxCounts() }
    }
}
