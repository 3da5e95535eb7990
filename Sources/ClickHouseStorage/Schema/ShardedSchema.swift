/// The schema on several servers: of each table every shard has a part, `NAME_shard`, which its replicas share, and a
/// table of the plain name shows all parts as one.
///
/// Rows with equal sorting keys have to meet, so that the greatest version of them counts: the key says in which shard
/// a row is. Requests need not meet, since they are folded before they come here.
struct ShardedSchema {
    let cluster: String
    let database: String

    /// What a statement of the schema becomes.
    func statements(_ statement: String) -> [String] {
        guard let table = Self.word(after: "IF NOT EXISTS ", in: statement).map(String.init) else {
            return [statement]
        }
        guard let key = Self.sortingKey(statement) else { return [feed(table, statement)] }
        let shard =
            statement
            .replacing(
                "IF NOT EXISTS \(table)",
                with: "IF NOT EXISTS \(table)_shard ON CLUSTER \(cluster)"
            )
            .replacing("ReplacingMergeTree(", with: engine(of: table, statement))
            .replacing(" AS events", with: " AS \(database).events_shard")
        let whole = """
            CREATE TABLE IF NOT EXISTS \(table) ON CLUSTER \(cluster) AS \(database).\(table)_shard
            ENGINE = Distributed(\(cluster), \(database), \(table)_shard, cityHash64(\(key)))
            """
        return [shard, whole]
    }

    /// What fills a table of a shard from another one of the same shard.
    private func feed(_ name: String, _ statement: String) -> String {
        guard let table = Self.word(after: " TO ", in: statement) else {
            preconditionFailure("a view of the schema fills a table")
        }
        return
            statement
            .replacing("EXISTS \(name)", with: "EXISTS \(name) ON CLUSTER \(cluster)")
            .replacing(" TO \(table)", with: " TO \(database).\(table)_shard")
            .replacing("FROM events", with: "FROM \(database).events_shard")
    }

    /// The engine up to where its arguments go on.
    ///
    /// The braces are for the servers, each of which knows its own place.
    private func engine(of table: String, _ statement: String) -> String {
        let path = "'/clickhouse/tables/{shard}/\(database)/\(table)', '{replica}'"
        let hasMore = !statement.contains("ReplacingMergeTree()")
        return "ReplicatedReplacingMergeTree(\(path)\(hasMore ? ", " : "")"
    }

    private static func word(after mark: String, in text: String) -> Substring? {
        guard let place = text.firstRange(of: mark) else { return nil }
        return text[place.upperBound...].prefix { $0.isLetter || $0 == "_" }
    }

    /// The columns behind ORDER BY, with or without parentheses.
    private static func sortingKey(_ statement: String) -> Substring? {
        guard let place = statement.firstRange(of: "ORDER BY ") else { return nil }
        let rest = statement[place.upperBound...]
        guard rest.first == "(" else { return word(after: "ORDER BY ", in: statement) }
        return rest.dropFirst().prefix { $0 != ")" }
    }
}
