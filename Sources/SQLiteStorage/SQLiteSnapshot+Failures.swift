import AgentEvents
import EventStorage
import GRDB

extension SQLiteSnapshot {
    func failures(in window: TimeWindow) throws -> [FailureGroup] {
        var groups: [FailureGroup] = []
        for table in [EventTable.llmCalls, .toolCalls] {
            try FailureScan(table, db).run(window, db) { groups.append($0) }
        }
        return FailureGroup.merged(groups)
    }

    func requestID(_ key: Int64) throws -> String? {
        let find = try db.cachedStatement(sql: "SELECT request_id FROM request_ids WHERE id = ?")
        return try String.fetchOne(find, arguments: [key])
    }
}

/// Counts the failed calls of one table by what is stored once for many.
private struct FailureScan {
    private let table: EventTable
    private let origins: SharedRowList<EventOrigin>
    private let results: SharedRowList<CallResult>
    private let models: SharedRowList<ModelUse>

    init(_ table: EventTable, _ db: Database) throws {
        self.table = table
        origins = try SharedRowList(db)
        results = try SharedRowList(db)
        models = try SharedRowList(db)
    }

    func run(_ window: TimeWindow, _ db: Database, _ body: (FailureGroup) -> Void) throws {
        // The row that has the greatest timestamp gives its request, as SQLite documents for max().
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT result, origin, \(table == .llmCalls ? "model" : "ifnull(tool, 0)"), count(*),
                    max(timestamp), request
                \(ZoneMap.events.rowsInWindow(of: table.name))
                    AND result IN (SELECT id FROM results WHERE error_class > 0) AND ?1 IS NULL
                GROUP BY 1, 2, 3
                """,
            arguments: [nil, window.since.micros, window.until.micros]
        )
        while let row = try rows.next() { body(group(row)) }
    }

    private func group(_ row: Row) -> FailureGroup {
        let result = results[row[0]]
        let subject: UInt32 = table == .llmCalls ? models[row[2]].model : row[2]
        var group = FailureGroup(
            kind: table == .llmCalls ? .llmCall : .toolCall,
            errorClassCode: result.errorClass,
            text: NameIndex(rawValue: result.errorText),
            subject: NameIndex(rawValue: subject),
            agent: NameIndex(rawValue: origins[row[1]].agent),
            last: Timestamp(micros: row[4])
        )
        group.count = row[3]
        group.lastRequest = row[5]
        return group
    }
}
