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
            try FailureScan(table, filter, db).run(window, limit: limit, db, into: &list)
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
    /// The number of groups above which a pass over the calls counts only a part of them.
    private static let maxGroupsAtOnce = 16_384

    private let table: EventTable
    private let conditions: [String]
    private let results: SharedRowCache<CallResult>
    private let models: SharedRowCache<ModelUse>

    init(_ table: EventTable, _ filter: CallFilter, _ db: Database) throws {
        self.table = table
        self.results = try SharedRowCache(db)
        self.models = try SharedRowCache(db)
        var conditions: [String] = []
        // Numbers of names are ours, so they may stand in the text.
        func require(_ column: String, _ values: [UInt32]?, among places: String = "%") {
            guard let values else { return }
            let list = values.sorted().map { "\($0)" }.joined(separator: ", ")
            conditions.append(places.replacing("%", with: "\(column) IN (\(list))"))
        }
        let results = "r.result IN (SELECT id FROM results WHERE %)"
        let models = "r.model IN (SELECT id FROM models WHERE %)"
        func numbers(_ names: Set<NameIndex>?) -> [UInt32]? { names?.map(\.rawValue) }
        require("o.agent", numbers(filter.agents))
        require("o.user", numbers(filter.users))
        require("o.session", numbers(filter.sessions))
        require("error_class", filter.classes?.map(UInt32.init), among: results)
        switch table {
        case .llmCalls:
            require("model", numbers(filter.models), among: models)
            require("provider", numbers(filter.providers), among: models)
        case .toolCalls: require("ifnull(r.tool, 0)", numbers(filter.tools))
        case .others: break
        }
        self.conditions = conditions
    }

    /// Adds the largest groups to a list; memory does not grow with their number.
    func run(
        _ window: TimeWindow,
        limit: Int,
        _ db: Database,
        into list: inout FailureList
    ) throws {
        var parts = 1
        var found = FailureList()
        var part = 0
        while part < parts {
            guard let groups = try groups(of: window, part: part, of: parts, db) else {
                (parts, part, found) = (parts * 8, 0, FailureList())
                continue
            }
            found.total += groups.count
            found.groups += groups.values.sorted(by: FailureList.comesFirst).prefix(limit)
            part += 1
        }
        list.total += found.total
        list.groups += found.groups
    }

    /// The groups of one part; `nil` where they are too many.
    private func groups(
        of window: TimeWindow,
        part: Int,
        of parts: Int,
        _ db: Database
    ) throws -> [Key: FailureGroup]? {
        var groups: [Key: FailureGroup] = [:]
        try scan.run([window.since.micros, window.until.micros], in: db) { rows in
            for index in 0..<rows.count where groups.count <= Self.maxGroupsAtOnce {
                let call = try call(rows[index])
                guard parts == 1 || call.key.part(of: parts) == part else { continue }
                groups[call.key, default: FailureGroup(call.key, table)].add(call)
            }
        }
        return groups.count > Self.maxGroupsAtOnce ? nil : groups
    }

    private var scan: RowScan {
        let subject = table == .llmCalls ? "r.model" : "ifnull(r.tool, 0)"
        let source = [table.failuresInWindow(joined: "CROSS JOIN origins o ON o.id = r.origin")]
        return RowScan(
            columns: ["r.timestamp", "r.request", "r.result", "o.agent", subject],
            source: (source + conditions).joined(separator: " AND ")
        )
    }

    private func call(_ row: ScannedRow) throws -> FailedCall {
        let result = try results.row(row.int64(2))
        let subject = row.int64(4)
        let key = Key(
            errorClass: result.errorClass,
            text: NameIndex(rawValue: result.errorText),
            subject: table == .llmCalls
                ? NameIndex(rawValue: try models.row(subject).model) : row.name(4),
            agent: row.name(3)
        )
        return FailedCall(
            key: key,
            timestamp: Timestamp(micros: row.int64(0)),
            request: row.optional(1).value
        )
    }

    /// What the calls of a group have in common.
    fileprivate struct Key: Hashable {
        var errorClass: UInt8
        var text: NameIndex
        var subject: NameIndex
        var agent: NameIndex

        /// Which of some parts it belongs to, always the same.
        func part(of parts: Int) -> Int {
            let names = [text, subject, agent].map { UInt64($0.rawValue) }
            // Odd numbers without a pattern, so that keys spread whatever they differ in.
            let mixed = zip(
                names,
                [0x9e37_79b9_7f4a_7c15, 0xc2b2_ae3d_27d4_eb4f, 0x1656_67b1_9e37_79f9]
            )
            .reduce(UInt64(errorClass)) { ($0 ^ $1.0) &* $1.1 }
            return Int(mixed >> 33) % parts
        }
    }

    fileprivate struct FailedCall {
        var key: Key
        var timestamp: Timestamp
        var request: Int64?
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

    fileprivate mutating func add(_ call: FailureScan.FailedCall) {
        count += 1
        guard call.timestamp > last else { return }
        (last, lastRequest) = (call.timestamp, call.request)
    }
}

extension FailureList {
    /// The larger group, of equally large ones that which came last.
    fileprivate static func comesFirst(_ left: FailureGroup, _ right: FailureGroup) -> Bool {
        (left.count, left.last) > (right.count, right.last)
    }
}
