import AgentEvents
import GRDB
import Rollups

/// Stores what folding made: the rows of requests, and the stored events that it changed.
enum RequestWriter {
    /// The stored rows that others took the place of.
    static func store(_ fold: BatchFold, in context: WriteContext) throws -> [RequestRow] {
        try RequestInserter.store(fold.newRows, context.db)
        let removed = try remove(fold.replacements, context.db)
        try RequestInserter.store(fold.replacedRows, context.db)
        try derive(added: [fold.newRows, fold.replacedRows], removed: removed, context.db)
        try storeChanges(fold.changes, in: context)
        return removed
    }

    private static func remove(
        _ replacements: [(key: Int64, firstPart: Int64)],
        _ db: Database
    ) throws -> [RequestRow] {
        let deletes = try RequestTable.allCases.map { table in
            try db.cachedStatement(
                sql: "DELETE FROM \(table.name) WHERE request = ? AND \(table.part) >= ?"
            )
        }
        return try replacements.sorted { $0.key < $1.key }.flatMap { key, firstPart in
            let rows = try RequestRowReader.rows(of: key, from: firstPart, db)
            for delete in deletes { try delete.execute(arguments: [key, firstPart]) }
            return rows
        }
    }

    /// Brings the tables that follow from the rows up to date.
    private static func derive(
        added: [[RequestRow]],
        removed: [RequestRow],
        _ db: Database
    ) throws {
        var spans = ZoneMap.requests.noSpans
        var outcomes = AgentOutcomeCounts()
        for row in added.joined() {
            spans.add(row.key, at: row.endedAt, begun: row.begunAt)
            outcomes.count(row, times: 1)
        }
        for row in removed { outcomes.count(row, times: -1) }
        try ZoneMap.requests.widen(spans, db)
        try outcomes.store(db)
    }

    private static func storeChanges(
        _ changes: [EventChange],
        in context: WriteContext
    ) throws {
        for change in changes {
            let event = change.event
            let table = EventTable(event.kind)
            var sets = "origin = ?1"
            var arguments: StatementArguments = [
                try context.id(of: EventOrigin(of: event)), change.id,
            ]
            switch table {
            case .llmCalls:
                sets += ", result = ?3"
                arguments += [try context.id(of: CallResult(of: event))]
            case .toolCalls: break
            case .others:
                sets += ", flags = ?3"
                arguments += [event.flags.subtracting(EventOrigin.flags).rawValue]
            }
            let update = try context.db.cachedStatement(
                sql: "UPDATE \(table.name) SET \(sets) WHERE id = ?2"
            )
            try update.execute(arguments: arguments)
        }
    }
}
