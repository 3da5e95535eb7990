import AgentEvents
import EventStorage

/// Finds requests by what their calls and ids say.
extension ClickHouseSnapshot {
    func requestIDs(startingWith prefix: String, limit: Int) throws -> [String] {
        try connection.all(
            """
            SELECT DISTINCT request_id FROM request_ids
            WHERE substring(request_id, 1, \(prefix.utf8.count)) = \(ServerText.literal(prefix)) LIMIT \(limit)
            """,
            operation: "reading request ids"
        ) { try $0.string() }
    }

    func addRequestKeys(
        ofCallsIn window: TimeWindow,
        passing filter: CallFilter,
        errorWords: [String],
        into keys: inout RequestKeySet
    ) throws {
        // A call that succeeded has no class.
        let table = filter.classes?.contains(0) == false ? "rare_events" : "events"
        try add(
            """
            SELECT DISTINCT request_hash FROM \(table) FINAL
            WHERE \(window.condition("timestamp")) AND removed = 0 AND request_hash != 0
                AND \(condition(filter)) AND \(ServerText.contains("error_text", errorWords))
            """,
            to: &keys
        )
    }

    func addRequestKeys(containing words: [String], to keys: inout RequestKeySet) throws {
        try add(
            """
            SELECT DISTINCT request_hash FROM request_ids WHERE \(ServerText.contains("request_id", words))
            """,
            to: &keys
        )
    }

    private func add(_ sql: String, to keys: inout RequestKeySet) throws {
        var found = RequestKeySet()
        try connection.rows(sql, operation: "looking for requests") {
            Int64(bitPattern: try $0.integer(UInt64.self))
        } take: {
            found.insert($0)
        }
        keys.formUnion(found)
    }

    func names(_ kind: NameKind, containing words: [String]) throws -> Set<NameIndex> {
        let found: [NameIndex] = try connection.all(
            """
            SELECT DISTINCT name FROM names
            WHERE kind = \(kind.rawValue) AND \(ServerText.contains("name", words))
            """,
            operation: "looking for names"
        ) { names.index(kind, try $0.text()) }
        return Set(found)
    }

    /// What a filter asks of calls.
    func condition(_ filter: CallFilter) -> String {
        var parts: [String] = []
        func require(_ column: String, _ wanted: Set<NameIndex>?) {
            guard let wanted else { return }
            parts.append(ServerText.isOne(column, of: names.texts(wanted)))
        }
        require("agent", filter.agents)
        require("user", filter.users)
        require("session", filter.sessions)
        var kinds: [EventKind] = []
        if filter.tools == nil { kinds.append(.llmCall) }
        if filter.models == nil, filter.providers == nil { kinds.append(.toolCall) }
        parts.append(ServerText.isOne("kind", of: kinds.map(\.rawValue)))
        // Tool calls are not wanted where one of the first two is, LLM calls not where the third is.
        require("subject", filter.models)
        require("provider", filter.providers)
        require("subject", filter.tools)
        if let classes = filter.classes {
            parts.append(ServerText.isOne("error_class", of: classes))
        }
        return parts.joined(separator: " AND ")
    }

    func failures(
        in window: TimeWindow,
        passing filter: CallFilter,
        limit: Int
    ) throws -> FailureList {
        let groups = """
            FROM rare_events FINAL WHERE \(window.condition("timestamp")) AND removed = 0 AND error_class != 0
                AND \(condition(filter))
            GROUP BY kind, error_class, error_text, subject, agent
            """
        var list = FailureList()
        list.groups = try connection.all(
            """
            SELECT kind, error_class, error_text, subject, agent, toInt64(count()) AS n, max(timestamp) AS last,
                argMax(request_hash, timestamp)
            \(groups) ORDER BY n DESC, last DESC LIMIT \(limit)
            """,
            operation: "grouping failures",
            decodeGroup
        )
        list.total = Int(
            try connection.number(
                "SELECT toInt64(count()) FROM (SELECT kind \(groups))",
                operation: "grouping failures"
            )
        )
        return list
    }

    private func decodeGroup(_ row: inout RowBinaryReader) throws -> FailureGroup {
        let kind = EventKind(rawValue: try row.integer()) ?? .generic  // only calls are asked for
        let code = try row.integer(UInt8.self)
        var group = FailureGroup(
            kind: kind,
            errorClassCode: code,
            text: names.index(.errorText, try row.text()),
            subject: names.index(kind.subjectKind, try row.text()),
            agent: names.index(.agent, try row.text()),
            last: .distantPast
        )
        group.count = try row.integer()
        group.last = Timestamp(micros: try row.integer())
        let hash = try row.integer(UInt64.self)
        group.lastRequest = hash == 0 ? nil : Int64(bitPattern: hash)
        return group
    }
}
