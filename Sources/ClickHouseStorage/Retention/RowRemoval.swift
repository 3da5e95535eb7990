import EventStorage
import Foundation

/// Removes rows of tables on a server, or on all servers of a cluster.
struct RowRemoval {
    let connection: ServerConnection

    /// The days since 1970 of the rows that a condition takes, ascending.
    ///
    /// `minute`: the column that says when.
    func days(_ condition: String, _ minute: String, in tables: [String]) throws -> [Int64] {
        var days: Set<Int64> = []
        for table in tables {
            days.formUnion(
                try connection.all(
                    """
                    SELECT DISTINCT toInt64(intDiv(\(minute), 1440)) FROM \(table) WHERE \(condition)
                    """,
                    operation: "looking for what is old"
                ) { try $0.integer(Int64.self) }
            )
        }
        return days.sorted()
    }

    /// How many rows a condition takes; several versions are one, and those that say removed none.
    func count(_ condition: String, in table: String) throws -> Int64 {
        try connection.number(
            "SELECT toInt64(count()) FROM \(table) FINAL WHERE removed = 0 AND \(condition)",
            operation: "counting what is old"
        )
    }

    /// Removes the rows that a condition takes; they are gone once nobody has to `wait` any more.
    ///
    /// `partition`: the one that has all of them and nothing else, where there is one.
    func remove(_ condition: String, partition: String?, from table: String) throws {
        let address = connection.address
        let name = address.cluster.map { "\(table)_shard ON CLUSTER \($0)" } ?? table  // one server
        if let partition {
            return try connection.execute(
                "ALTER TABLE \(name) DROP PARTITION \(partition)",
                operation: "removing old rows"
            )
        }
        let rows = try connection.number(
            "SELECT toInt64(count()) FROM \(table) WHERE \(condition)",
            operation: "looking for what is old"
        )
        guard rows > 0 else { return }
        try connection.execute(
            "ALTER TABLE \(name) DELETE WHERE \(condition)",
            operation: "removing old rows"
        )
    }

    /// Waits until the servers have removed what they were told to.
    ///
    /// - Throws: `StoreError` with code `busy` where that takes very long; they go on with it.
    func wait(for tables: [String], _ betweenSteps: () throws -> Void) throws {
        let address = connection.address
        let parts = address.cluster.map { "cluster(\($0), system.mutations)" } ?? "system.mutations"
        let names = tables.map { address.cluster == nil ? $0 : "\($0)_shard" }
        let begun = ContinuousClock.now
        while true {
            let left = try connection.number(
                """
                SELECT toInt64(count()) FROM \(parts) WHERE database = '\(address.database)'
                    AND is_done = 0 AND \(ServerText.isOne("table", of: names))
                """,
                operation: "waiting for old rows to be removed"
            )
            if left == 0 { return }
            guard ContinuousClock.now - begun < Self.maxWait else { break }
            Thread.sleep(forTimeInterval: 0.05)
            try betweenSteps()
        }
        throw StoreError(
            .busy,
            operation: "removing old rows on \(address)",
            cause: "the server has not done so within an hour",
            hint: "it goes on; the table system.mutations says how far it is"
        )
    }

    private static let maxWait = Duration.seconds(3_600)
}
