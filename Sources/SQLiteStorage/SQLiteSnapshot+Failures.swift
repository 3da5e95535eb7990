import AgentEvents
import EventStorage
import GRDB

extension SQLiteSnapshot {
    func failures(in window: TimeWindow) throws -> [FailureGroup] {
        // The row that has the greatest timestamp gives its request, as SQLite documents for max().
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT kind, ifnull(error_class, 0), ifnull(error_text, 0), ifnull(subject, 0),
                    ifnull(agent, 0), count(*), max(timestamp), request
                \(ZoneMap.events.rowsInWindow) AND kind < 3 AND NOT succeeded AND ?1 IS NULL
                GROUP BY 1, 2, 3, 4, 5 ORDER BY 6 DESC, 7 DESC, 1, 2, 3, 4, 5
                """,
            arguments: [nil, window.since.micros, window.until.micros]
        )
        return rows.map { row in
            var group = FailureGroup(
                kind: EventKind(rawValue: row[0]) ?? .generic,  // of a newer version
                errorClassCode: row[1],
                text: NameIndex(rawValue: row[2]),
                subject: NameIndex(rawValue: row[3]),
                agent: NameIndex(rawValue: row[4]),
                last: Timestamp(micros: row[6])
            )
            group.count = row[5]
            group.lastRequest = row[7]
            return group
        }
    }

    func requestID(_ key: Int64) throws -> String? {
        let find = try db.cachedStatement(sql: "SELECT request_id FROM request_ids WHERE id = ?")
        return try String.fetchOne(find, arguments: [key])
    }
}
