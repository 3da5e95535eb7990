import EventStorage

/// Which schema a database on a server has; `schema.clickhouse.sql` is the whole of it.
enum ServerSchema {
    /// The version that schema.clickhouse.sql writes.
    static let newest: UInt32 = 1

    /// The statements, in order.
    static let statements: [String] = {
        let text = String(decoding: PackageResources.schema_clickhouse_sql, as: UTF8.self)
        let lines = text.split(separator: "\n").map { line -> Substring in
            // No text of the schema holds two hyphens.
            guard let comment = line.firstRange(of: "--") else { return line }
            return line[..<comment.lowerBound]
        }
        let statements = lines.joined(separator: "\n").split(separator: ";").map(String.init)
        return statements.filter { !$0.allSatisfy(\.isWhitespace) }
    }()

    /// The statements for the servers at an address.
    static func statements(for address: ServerAddress) -> [String] {
        guard let cluster = address.cluster else { return statements }
        let sharding = ShardedSchema(cluster: cluster, database: address.database)
        return statements.flatMap(sharding.statements)
    }

    /// Makes the database and its tables, where they are not there yet.
    ///
    /// - Throws: `StoreError`, with code `newer` where a newer agentwatch has made them.
    static func create(_ connection: ServerConnection, password: ServerPassword?) throws {
        let address = connection.address
        let operation = "making the tables"
        do {
            if try version(connection) != nil { return try check(connection) }
        } catch let error as StoreError where error.code == .missing {
            // A statement is run in a database, and this one is on every server.
            let any = ServerConnection(address.database(named: "system"), password: password)
            let everywhere = address.cluster.map { " ON CLUSTER \($0)" } ?? ""  // one server
            try any.execute(
                "CREATE DATABASE IF NOT EXISTS \(address.database)\(everywhere)",
                operation: operation
            )
        }
        for statement in statements(for: address) {
            try connection.execute(statement, operation: operation)
        }
        try check(connection)
    }

    /// Refuses what is not ours or newer than this program.
    ///
    /// - Throws: `StoreError` with code `missing` or `newer`.
    static func check(_ connection: ServerConnection) throws {
        guard let version = try version(connection) else {
            throw StoreError(
                .missing,
                operation: "opening \(connection.address)",
                cause: "agentwatch has not written to this database yet",
                hint: "fill it with `agentwatch ingest FILE --db \(connection.address)`"
            )
        }
        guard version <= newest else {
            throw StoreError(
                .newer,
                operation: "opening \(connection.address)",
                cause: "a newer agentwatch wrote it (schema \(version), this one knows \(newest))",
                hint: "update agentwatch"
            )
        }
    }

    /// What tells the tables from others that had or will have the same address.
    static func databases(_ connection: ServerConnection) throws -> Set<Int64> {
        let numbers: [Int64] = try connection.all(
            "SELECT database FROM schema_version",
            operation: "opening the database"
        ) { try $0.integer() }
        return Set(numbers)
    }

    /// `nil` where the tables are not all there.
    private static func version(_ connection: ServerConnection) throws -> UInt32? {
        let operation = "opening the database"
        let tables: [UInt64] = try connection.all(
            """
            SELECT count() FROM system.tables
            WHERE database = currentDatabase() AND name = 'schema_version'
            """,
            operation: operation
        ) { try $0.integer() }
        guard tables.first == 1 else { return nil }
        let versions: [UInt32] = try connection.all(
            "SELECT max(version) FROM schema_version",
            operation: operation
        ) { try $0.integer() }
        // The version is written last; without it somebody was ended while making the tables.
        return versions.first.flatMap { $0 == 0 ? nil : $0 }
    }
}
