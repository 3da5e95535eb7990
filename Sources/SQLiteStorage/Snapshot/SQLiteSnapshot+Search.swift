import AgentEvents
import EventStorage
import GRDB

/// Finds requests by what their calls and ids say.
extension SQLiteSnapshot {
    func addRequestKeys(
        ofCallsIn window: TimeWindow,
        passing filter: CallFilter,
        errorWords: [String],
        into keys: inout RequestKeySet
    ) throws {
        for table in [EventTable.llmCalls, .toolCalls] where filter.admits(table) {
            // The first parameter is that of other questions about a window.
            var arguments: StatementArguments = [0, window.since.micros, window.until.micros]
            let conditions = Self.conditions(of: table, filter, errorWords, &arguments)
            // A call that succeeded has no class, but may carry a text.
            let wantsFailures = filter.classes?.contains(0) == false
            let rows =
                wantsFailures
                ? table.failuresInWindow() : ZoneMap.events.rowsInWindow(of: table.name)
            let sql = "SELECT request \(rows) AND request IS NOT NULL AND ?1 = 0 \(conditions)"
            try add(sql, arguments, to: &keys)
        }
    }

    func addRequestKeys(containing words: [String], to keys: inout RequestKeySet) throws {
        var arguments: StatementArguments = []
        let condition = Self.contains("request_id", words, &arguments)
        try add("SELECT id FROM request_ids WHERE \(condition)", arguments, to: &keys)
    }

    private func add(
        _ sql: String,
        _ arguments: StatementArguments,
        to keys: inout RequestKeySet
    ) throws {
        let found = try Int64.fetchCursor(db, sql: sql, arguments: arguments)
        while let key = try found.next() { keys.insert(key) }
    }

    func names(_ kind: NameKind, containing words: [String]) throws -> Set<NameIndex> {
        var arguments: StatementArguments = [kind.rawValue]
        let condition = Self.contains("name", words, &arguments)
        let sql = "SELECT id FROM names WHERE kind = ? AND \(condition)"
        let found = try UInt32.fetchAll(db, sql: sql, arguments: arguments)
        return Set(found.map(NameIndex.init(rawValue:)))
    }

    /// What rows of a table have to say, as `AND ...`: small tables are asked first, once.
    private static func conditions(
        of table: EventTable,
        _ filter: CallFilter,
        _ errorWords: [String],
        _ arguments: inout StatementArguments
    ) -> String {
        var conditions: [String] = []
        func require(_ column: String, _ from: String, _ wanted: [(String, [UInt32]?)]) {
            // Numbers of names are ours, so they may stand in the text.
            let parts = wanted.compactMap { name, values in
                values.map { "\(name) IN (\($0.map(String.init).joined(separator: ", ")))" }
            }
            guard !parts.isEmpty else { return }
            let places = "SELECT id FROM \(from) WHERE \(parts.joined(separator: " AND "))"
            conditions.append("\(column) IN (\(places))")
        }
        func numbers(_ names: Set<NameIndex>?) -> [UInt32]? { names?.map(\.rawValue) }
        require(
            "origin",
            "origins",
            [
                ("agent", numbers(filter.agents)), ("user", numbers(filter.users)),
                ("session", numbers(filter.sessions)),
            ]
        )
        require("result", "results", [("error_class", filter.classes?.map(UInt32.init))])
        if table == .llmCalls {
            let names = [
                ("model", numbers(filter.models)), ("provider", numbers(filter.providers)),
            ]
            require("r.model", "models", names)
        } else if let tools = numbers(filter.tools) {
            let list = tools.map(String.init).joined(separator: ", ")
            conditions.append("ifnull(tool, 0) IN (\(list))")
        }
        if !errorWords.isEmpty {
            let words = contains("name", errorWords, &arguments)
            conditions.append(
                """
                result IN (SELECT id FROM results WHERE error_text IN
                    (SELECT id FROM names WHERE kind = \(NameKind.errorText.rawValue) AND \(words)))
                """
            )
        }
        return conditions.map { "AND \($0)" }.joined(separator: " ")
    }

    /// That a column contains every word.
    private static func contains(
        _ column: String,
        _ words: [String],
        _ arguments: inout StatementArguments
    ) -> String {
        words.map { word in
            let escaped = word.map { "%_\\".contains($0) ? "\\\($0)" : String($0) }.joined()
            arguments += ["%\(escaped)%"]
            return "\(column) LIKE ? ESCAPE '\\'"
        }.joined(separator: " AND ")
    }
}
