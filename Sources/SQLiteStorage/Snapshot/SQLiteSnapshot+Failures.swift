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
            try FailureScan(table, filter, db).run(window, limit: limit, into: &list)
        }
        list.groups.sort(by: FailureList.comesFirst)
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

/// Groups the failed calls of one table.
private struct FailureScan {
    /// The number of groups above which SQLite makes them, slower and on disk.
    private static let maxGroups = 32_768

    private let table: EventTable
    private let db: Database
    private let conditions: [String]
    private let results: SharedRowCache<CallResult>
    private let models: SharedRowCache<ModelUse>

    init(_ table: EventTable, _ filter: CallFilter, _ db: Database) throws {
        self.table = table
        self.db = db
        results = try SharedRowCache(db)
        models = try SharedRowCache(db)
        conditions = Self.conditions(filter, of: table)
    }

    /// What calls of a filter have, where their origins are `o`.
    private static func conditions(_ filter: CallFilter, of table: EventTable) -> [String] {
        var conditions: [String] = []
        // Numbers of names are ours, so they may stand in the text.
        func require(_ column: String, _ values: [UInt32]?, sharedIn shared: String? = nil) {
            guard let values else { return }
            let list = values.sorted().map { "\($0)" }.joined(separator: ", ")
            let condition = "\(column) IN (\(list))"
            guard let shared else { return conditions.append(condition) }
            let place = shared == CallResult.table ? "r.result" : "r.model"
            conditions.append("\(place) IN (SELECT id FROM \(shared) WHERE \(condition))")
        }
        func numbers(_ names: Set<NameIndex>?) -> [UInt32]? { names?.map(\.rawValue) }
        require("o.agent", numbers(filter.agents))
        require("o.user", numbers(filter.users))
        require("o.session", numbers(filter.sessions))
        let classes = filter.classes?.map(UInt32.init)
        require("error_class", classes, sharedIn: CallResult.table)
        switch table {
        case .llmCalls:
            require("model", numbers(filter.models), sharedIn: ModelUse.table)
            require("provider", numbers(filter.providers), sharedIn: ModelUse.table)
        case .toolCalls: require("ifnull(r.tool, 0)", numbers(filter.tools))
        case .others: break
        }
        return conditions
    }

    /// Adds the largest groups to a list; memory does not grow with their number.
    func run(_ window: TimeWindow, limit: Int, into list: inout FailureList) throws {
        guard let groups = try groups(in: window) else {
            return try sort(window, limit: limit, into: &list)
        }
        list.total += groups.count
        list.groups += groups.sorted(by: FailureList.comesFirst).prefix(limit)
    }

    /// `FROM` and what follows, with further tables joined.
    private func source(joined: String = "") -> String {
        let origins = "CROSS JOIN origins o ON o.id = r.origin"
        return ([table.failuresInWindow(joined: "\(origins) \(joined)")] + conditions)
            .joined(separator: " AND ")
    }

    /// All groups; `nil` where they are too many.
    private func groups(in window: TimeWindow) throws -> Dictionary<Key, FailureGroup>.Values? {
        let subject = table == .llmCalls ? "r.model" : "ifnull(r.tool, 0)"
        let scan = RowScan(
            columns: ["r.timestamp", "r.request", "r.result", "o.agent", subject],
            source: source()
        )
        var groups: [Key: FailureGroup] = [:]
        try scan.run([window.since.micros, window.until.micros], in: db) { rows in
            for index in 0..<rows.count where groups.count <= Self.maxGroups {
                let row = rows[index]
                let key = try key(row)
                groups[key, default: FailureGroup(key, table)].add(row)
            }
        }
        return groups.count > Self.maxGroups ? nil : groups.values
    }

    private func key(_ row: ScannedRow) throws -> Key {
        let result = try results.row(row.int64(2))
        let model = table == .llmCalls ? try models.row(row.int64(4)).model : nil
        return Key(
            errorClass: result.errorClass,
            text: NameIndex(rawValue: result.errorText),
            subject: model.map(NameIndex.init) ?? row.name(4),
            agent: row.name(3)
        )
    }

    /// What the calls of a group have in common.
    fileprivate struct Key: Hashable {
        var errorClass: UInt8
        var text: NameIndex
        var subject: NameIndex
        var agent: NameIndex
    }

    /// Lets SQLite group and sort.
    ///
    /// The row that has the greatest timestamp gives its request, as SQLite documents for `max()`.
    private func sort(_ window: TimeWindow, limit: Int, into list: inout FailureList) throws {
        let isLLM = table == .llmCalls
        let results = "CROSS JOIN results d ON d.id = r.result"
        let models = isLLM ? "CROSS JOIN models m ON m.id = r.model" : ""
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT d.error_class, d.error_text, \(isLLM ? "m.model" : "ifnull(r.tool, 0)"),
                    o.agent, count(*), max(r.timestamp), r.request, count(*) OVER ()
                \(source(joined: "\(results) \(models)"))
                GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 6 DESC LIMIT ?1
                """,
            arguments: [limit, window.since.micros, window.until.micros]
        )
        var total = 0
        while let row = try rows.next() {
            total = try row.value(7)
            let key = Key(
                errorClass: try row.value(0),
                text: NameIndex(rawValue: try row.value(1)),
                subject: NameIndex(rawValue: try row.value(2)),
                agent: NameIndex(rawValue: try row.value(3))
            )
            var group = FailureGroup(key, table)
            group.count = try row.value(4)
            group.last = Timestamp(micros: try row.value(5))
            group.lastRequest = try row.value(6)
            list.groups.append(group)
        }
        list.total += total
    }
}

extension FailureGroup {
    fileprivate init(_ key: FailureScan.Key, _ table: EventTable) {
        self.init(
            kind: table == .llmCalls ? .llmCall : .toolCall,
            errorClassCode: key.errorClass,
            text: key.text,
            subject: key.subject,
            agent: key.agent,
            last: .distantPast
        )
    }

    /// Counts a call, whose time and request come first.
    fileprivate mutating func add(_ row: ScannedRow) {
        count += 1
        let timestamp = Timestamp(micros: row.int64(0))
        guard timestamp > last else { return }
        (last, lastRequest) = (timestamp, row.optional(1).value)
    }
}

extension FailureList {
    /// The larger group, of equally large ones that which came last.
    fileprivate static func comesFirst(_ left: FailureGroup, _ right: FailureGroup) -> Bool {
        (left.count, left.last) > (right.count, right.last)
    }
}
