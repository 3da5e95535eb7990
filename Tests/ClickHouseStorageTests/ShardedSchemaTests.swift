import Testing

@testable import ClickHouseStorage

/// The schema on several servers.
struct ShardedSchemaTests {
    private let schema = ShardedSchema(cluster: "agents", database: "logs")

    @Test("A table becomes its parts and what shows them as one")
    func table() {
        let statement = """
            CREATE TABLE IF NOT EXISTS offers (owner UInt64, number UInt64)
            ENGINE = ReplacingMergeTree(number) ORDER BY (owner, number)
            """
        let shard = """
            CREATE TABLE IF NOT EXISTS offers_shard ON CLUSTER agents (owner UInt64, number UInt64)
            ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/logs/offers', '{replica}', number) \
            ORDER BY (owner, number)
            """
        let whole = """
            CREATE TABLE IF NOT EXISTS offers ON CLUSTER agents AS logs.offers_shard
            ENGINE = Distributed(agents, logs, offers_shard, cityHash64(owner, number))
            """
        #expect(schema.statements(statement) == [shard, whole])
    }

    @Test("Each table of the schema has a part in every shard, and views read the part beside them")
    func all() throws {
        let address = try ServerAddress("clickhouse://host/logs?cluster=agents")
        let statements = ServerSchema.statements(for: address)
        let made = statements.filter { $0.contains("CREATE ") }
        func plain(_ words: String) -> Int {
            ServerSchema.statements.filter { $0.contains(words) }.count
        }
        #expect(made.count == 2 * plain("CREATE TABLE ") + plain("CREATE MATERIALIZED VIEW "))
        #expect(made.count >= 35)
        #expect(made.allSatisfy { $0.contains(" ON CLUSTER agents") })
        #expect(!statements.joined().contains(" MergeTree("))
        #expect(!statements.joined().contains("FROM events "))
        #expect(!statements.joined().contains("AS events\n"))
        let feeds = made.filter { $0.contains("MATERIALIZED VIEW") }
        #expect(feeds.allSatisfy { $0.contains("_shard\nAS SELECT") && $0.contains("TO logs.") })
        let shards = made.filter { $0.contains("_shard ON CLUSTER") }
        #expect(shards.allSatisfy { $0.contains("ReplicatedReplacingMergeTree('") })
    }

    @Test("On one server the schema is as it is written")
    func alone() throws {
        let address = try ServerAddress("clickhouse://host/logs")
        #expect(ServerSchema.statements(for: address) == ServerSchema.statements)
    }
}
