import AgentEvents
package import EventStorage
import GRDB

extension SQLiteStore {
    package func receipt(key: String) throws -> StoredReceipt? {
        try Self.naming(path) {
            try reader.read { db in
                let find = try db.cachedStatement(
                    sql: "SELECT body_hash, answer FROM posts WHERE key = ?"
                )
                return try Row.fetchOne(find, arguments: [key]).map {
                    StoredReceipt(bodyHash: $0[0], answer: $0[1])
                }
            }
        }
    }
}

extension SQLiteStore {
    package func newestEventNumber() throws -> Int64 {
        try Self.naming(path) {
            try reader.read { try Int64.fetchOne($0, sql: EventTable.newest) ?? 0 }  // gives a row
        }
    }

    package func forEachCall(
        above first: Int64,
        upTo last: Int64,
        _ body: ([CallUnit]) throws -> Void
    ) throws {
        try Self.naming(path) {
            try reader.read { db in
                for table in [EventTable.llmCalls, .toolCalls] {
                    try CallScan(table, [.agent, .subject], db).run(
                        "FROM \(table.name) WHERE id > ?2 AND id <= ?3",
                        [first, last],
                        body
                    )
                }
            }
        }
    }
}

/// The rows of `posts`.
enum PostRows {
    /// So many old receipts go with each new one, which is more than come.
    private static let mostRemoved = 4

    /// Keeps a receipt, in the transaction of its events.
    ///
    /// - Throws: `StoreError` with code `moved` where another process has stored the key meanwhile.
    static func store(
        _ receipt: PostReceipt,
        _ report: CommitReport,
        now: Timestamp,
        _ db: Database
    ) throws {
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO posts (key, body_hash, received, answer) VALUES (?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """
        )
        let answer = receipt.answer(report)
        try insert.execute(arguments: [receipt.key, receipt.bodyHash, now.micros, answer])
        guard db.changesCount == 1 else {
            throw StoreError(
                .moved,
                operation: "storing a post",
                cause: "another process has stored its key meanwhile",
                hint: "post it again; it is answered from what is stored"
            )
        }
        let remove = try db.cachedStatement(
            sql: """
                DELETE FROM posts WHERE received < ? AND id IN (SELECT id FROM posts ORDER BY id LIMIT ?)
                """
        )
        try remove.execute(arguments: [(now - PostReceipt.lifetime).micros, mostRemoved])
    }
}
