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

    func deliveries(in window: TimeWindow, limit: Int) throws -> [DeliveryRecord] {
        try DeliveryRecord
            .filter(
                sql: "made_at >= ? AND made_at < ?",
                arguments: [window.since.micros, window.until.micros]
            )
            .order(sql: "made_at DESC, id DESC").limit(limit).fetchAll(db)
    }
}
