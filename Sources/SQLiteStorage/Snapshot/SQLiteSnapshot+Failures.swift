import AgentEvents
import EventStorage
import GRDB

extension SQLiteSnapshot {
    func failures(
        in window: TimeWindow,
        passing filter: CallFilter,
        limit: Int
    ) throws -> FailureList {
        var list = FailureList()
        for table in [EventTable.llmCalls, .toolCalls] where filter.admits(table) {
            try FailureScan(table, filter).run(window, limit: limit, db, into: &list)
        }
        list.groups.sort { ($0.count, $0.last) > ($1.count, $1.last) }
        if list.groups.count > limit { list.groups.removeSubrange(limit...) }
        return list
    }

    func requestID(_ key: Int64) throws -> String? {
        let find = try db.cachedStatement(sql: "SELECT request_id FROM request_ids WHERE id = ?")
        return try String.fetchOne(find, arguments: [key])
    }
}

extension CallFilter {
    /// Whether calls of a table can pass.
    func admits(_ table: EventTable) -> Bool {
        switch table {
        case .llmCalls: tools == nil
        case .toolCalls: models == nil && providers == nil
        case .others: false
        }
    }
}

/// Groups the failed calls of one table; SQLite does it, so that memory does not grow with the groups.
private struct FailureScan {
    private let table: EventTable
    private let conditions: [String]

    init(_ table: EventTable, _ filter: CallFilter) {
        self.table = table
        var conditions: [String] = []
        // Numbers of names are ours, so they may stand in the text.
        func require(_ column: String, _ values: [UInt32]?) {
            guard let values else { return }
            let list = values.sorted().map { "\($0)" }.joined(separator: ", ")
            conditions.append("\(column) IN (\(list))")
        }
        func require(_ column: String, _ names: Set<NameIndex>?) {
            require(column, names?.map(\.rawValue))
        }
        require("o.agent", filter.agents)
        require("o.user", filter.users)
        require("o.session", filter.sessions)
        require("d.error_class", filter.classes?.map(UInt32.init))
        switch table {
        case .llmCalls:
            require("m.model", filter.models)
            require("m.provider", filter.providers)
        case .toolCalls: require("subject", filter.tools)
        case .others: break
        }
        self.conditions = conditions
    }

    /// First by what is stored once for many calls, then by what that says.
    ///
    /// The row that has the greatest timestamp gives its request, as SQLite documents for `max()`.
    private var sql: String {
        let isLLM = table == .llmCalls
        let filters = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        return """
            SELECT d.error_class, d.error_text, \(isLLM ? "m.model" : "subject"), o.agent,
                sum(calls), max(last), last_request, count(*) OVER ()
            FROM (
                SELECT result, origin, \(isLLM ? "model" : "ifnull(tool, 0)") AS subject,
                    count(*) AS calls, max(timestamp) AS last, request AS last_request
                \(table.failuresInWindow)
                GROUP BY 1, 2, 3
            )
            CROSS JOIN results d ON d.id = result
            CROSS JOIN origins o ON o.id = origin
            \(isLLM ? "CROSS JOIN models m ON m.id = subject" : "")
            \(filters)
            GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 6 DESC LIMIT ?1
            """
    }

    func run(
        _ window: TimeWindow,
        limit: Int,
        _ db: Database,
        into list: inout FailureList
    ) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: sql,
            arguments: [limit, window.since.micros, window.until.micros]
        )
        var total = 0
        while let row = try rows.next() {
            total = try row.value(7)
            list.groups.append(try group(row))
        }
        list.total += total
    }

    private func group(_ row: Row) throws -> FailureGroup {
        var group = FailureGroup(
            kind: table == .llmCalls ? .llmCall : .toolCall,
            errorClassCode: try row.value(0),
            text: NameIndex(rawValue: try row.value(1)),
            subject: NameIndex(rawValue: try row.value(2)),
            agent: NameIndex(rawValue: try row.value(3)),
            last: Timestamp(micros: try row.value(5))
        )
        group.count = try row.value(4)
        group.lastRequest = try row.value(6)
        return group
    }
}
