import AgentEvents
import GRDB
import Rollups

/// Stores what folding made: the rows of requests, and the stored events that it changed.
enum RequestWriter {
    /// How many more requests there are now.
    static func store(
        _ fold: BatchFold,
        state: inout WriterState,
        in db: Database
    ) throws -> Int64 {
        var outcomes = AgentOutcomeCounts()
        try RequestInserter.store(fold.newRows, db)
        let removed = try remove(fold.replacements, outcomes: &outcomes, in: db)
        try RequestInserter.store(fold.replacedRows, db)
        try derive(from: [fold.newRows, fold.replacedRows], &outcomes, db)
        try storeChanges(fold.changes, state: &state, in: db)
        return Int64(fold.newRows.count + fold.replacedRows.count) - removed
    }

    /// Removes the rows that others take the place of, and says how many those were.
    private static func remove(
        _ replacements: [(key: Int64, firstPart: Int64)],
        outcomes: inout AgentOutcomeCounts,
        in db: Database
    ) throws -> Int64 {
        let deletes = try RequestTable.allCases.map { table in
            try db.cachedStatement(
                sql: """
                    DELETE FROM \(table.name) WHERE request = ? AND \(table.part) >= ?
                    RETURNING ifnull(agent, 0), ifnull(outcome, 0), marks
                    """
            )
        }
        var removed: Int64 = 0
        for (key, firstPart) in replacements.sorted(by: { $0.key < $1.key }) {
            for delete in deletes {
                let rows = try Row.fetchCursor(delete, arguments: [key, firstPart])
                while let row = try rows.next() {
                    let outcome = TaskOutcome(rawValue: try row.value(1))
                    let agent = NameIndex(rawValue: try row.value(0))
                    let isEscalated = RequestMarks(rawValue: try row.value(2)).contains(
                        .hasEscalation
                    )
                    outcomes.count(agent, outcome, escalated: isEscalated, times: -1)
                    removed += 1
                }
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
        var spans = ZoneMap.requests.noSpans
        for row in rows.joined() {
            spans.add(row.key, at: row.endedAt)
            outcomes.count(row.agent, row.taskOutcome, escalated: row.hasEscalation, times: 1)
        }
        try ZoneMap.requests.widen(spans, db)
        try outcomes.store(db)
    }

    private static func storeChanges(
        _ changes: [EventChange],
        state: inout WriterState,
        in db: Database
    ) throws {
        for change in changes {
            let event = change.event
            let table = EventTable(event.kind)
            var sets = "origin = ?1"
            var arguments: StatementArguments = [
                try state.origins.id(of: EventOrigin(of: event), db), change.id,
            ]
            switch table {
            case .llmCalls:
                sets += ", result = ?3"
                arguments += [try state.results.id(of: CallResult(of: event), db)]
            case .toolCalls: break
            case .others:
                sets += ", flags = ?3"
                arguments += [event.flags.subtracting(EventOrigin.flags).rawValue]
            }
            let update = try db.cachedStatement(
                sql: "UPDATE \(table.name) SET \(sets) WHERE id = ?2"
            )
            try update.execute(arguments: arguments)
        }
    }
}
