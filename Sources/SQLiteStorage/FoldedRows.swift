import AgentEvents
import GRDB
import Rollups

/// Stores what folding made: the rows of requests, and the stored events that it changed.
enum FoldedRows {
    /// How many more requests there are now.
    static func store(_ fold: BatchFold, _ db: Database) throws -> Int64 {
        var outcomes = AgentOutcomeCounts()
        try RequestColumns.insert(db, fold.newRows, texts: TextArena())
        let removed = try remove(fold.replacements, &outcomes, db)
        try RequestColumns.insert(db, fold.replacedRows, texts: TextArena())
        try derive(from: [fold.newRows, fold.replacedRows], &outcomes, db)
        try storeChanges(fold.changes, db)
        return Int64(fold.newRows.count + fold.replacedRows.count) - removed
    }

    /// Removes the rows that others take the place of, and says how many those were.
    private static func remove(
        _ replacements: [(key: Int64, firstPart: Int64)],
        _ outcomes: inout AgentOutcomeCounts,
        _ db: Database
    ) throws -> Int64 {
        let delete = try db.cachedStatement(
            sql: """
                DELETE FROM requests WHERE request = ? AND part >= ?
                RETURNING ifnull(agent, 0), ifnull(outcome, 0), has_escalation
                """
        )
        var removed: Int64 = 0
        for (key, firstPart) in replacements.sorted(by: { $0.key < $1.key }) {
            let rows = try Row.fetchCursor(delete, arguments: [key, firstPart])
            while let row = try rows.next() {
                let outcome = TaskOutcome(rawValue: row[1])
                let agent = NameIndex(rawValue: row[0])
                outcomes.count(agent, outcome, escalated: row[2], times: -1)
                removed += 1
            }
        }
        return removed
    }

    /// Brings the tables that follow from the rows up to date.
    private static func derive(
        from rows: [[RequestRow]],
        _ outcomes: inout AgentOutcomeCounts,
        _ db: Database
    ) throws {
        var spans = ZoneSpans(.requests)
        for row in rows.joined() {
            spans.add(row.key, at: row.endedAt)
            outcomes.count(row.agent, row.taskOutcome, escalated: row.hasEscalation, times: 1)
        }
        try ZoneMap.requests.widen(spans, db)
        try outcomes.store(db)
    }

    private static func storeChanges(_ changes: [EventChange], _ db: Database) throws {
        let update = try db.cachedStatement(
            sql: "UPDATE events SET agent = ?, user = ?, session = ?, flags = ? WHERE id = ?"
        )
        for change in changes {
            let event = change.event
            try update.execute(arguments: [
                orNull(event.agent), orNull(event.user), orNull(event.session),
                event.flags.rawValue, change.id,
            ])
        }
    }

    private static func orNull(_ name: NameIndex) -> UInt32? { name.isNone ? nil : name.rawValue }
}
