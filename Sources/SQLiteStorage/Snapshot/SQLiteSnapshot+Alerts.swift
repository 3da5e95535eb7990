import AgentEvents
import EventStorage
import GRDB

extension SQLiteSnapshot {
    func alertMemory() throws -> AlertMemory {
        var memory = AlertMemory()
        memory.records = try AlertRecord.fetchAll(db)
        memory.notices = try AlertNotice.fetchAll(db)
        memory.silences = try Silence.order(sql: "id").fetchAll(db)
        return memory
    }

    func transitions(in window: TimeWindow, limit: Int) throws -> [AlertTransition] {
        try AlertTransition
            .filter(
                sql: "at >= ? AND at < ?",
                arguments: [window.since.micros, window.until.micros]
            )
            .order(sql: "at DESC, id DESC").limit(limit).fetchAll(db)
    }

    func deliveries(in window: TimeWindow, limit: Int) throws -> [DeliverySummary] {
        try DeliverySummary.fetchAll(
            db,
            sql: """
                SELECT delivery, receiver, firing, resolved, made_at, state, failures, ended_at, error
                FROM outbox WHERE made_at >= ? AND made_at < ? ORDER BY made_at DESC, id DESC LIMIT ?
                """,
            arguments: [window.since.micros, window.until.micros, limit]
        )
    }

    func outboxCounts() throws -> [String: OutboxCount] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT receiver, sum(state = 'pending'), sum(state = 'gave_up'),
                    min(CASE WHEN state = 'pending' THEN made_at END)
                FROM outbox WHERE state <> 'delivered' GROUP BY receiver
                """
        )
        return try rows.reduce(into: [:]) { counts, row in
            counts[try row.value(0) as String] = OutboxCount(
                pending: try row.value(1),
                gaveUp: try row.value(2),
                oldestPending: (try row.value(3) as Int64?).map(Timestamp.init(micros:))
            )
        }
    }
}
