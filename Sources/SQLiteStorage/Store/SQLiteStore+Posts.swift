import AgentEvents
package import EventStorage
import GRDB

extension SQLiteStore {
    package func receipt(key: String) throws -> StoredReceipt? {
        try Self.mappingErrors(path) {
            try reader.read { db in
                let find = try db.cachedStatement(
                    sql: "SELECT body_hash, answer, progress FROM posts WHERE key = ?"
                )
                return try Row.fetchOne(find, arguments: [key]).map { row in
                    let answer: String? = try row.value(1)
                    let state: PostReceipt.State =
                        if let answer { .whole(answer: answer) } else {
                            .partial(progress: try row.value(2))
                        }
                    return StoredReceipt(bodyHash: try row.value(0), state: state)
                }
            }
        }
    }
}

extension SQLiteStore {
    package func newestEventNumber() throws -> Int64 {
        try Self.mappingErrors(path) {
            try reader.read { try Int64.fetchOne($0, sql: EventTable.newest) ?? 0 }  // gives a row
        }
    }

    package func forEachCall(
        above first: Int64,
        upTo last: Int64,
        _ body: ([CallUnit]) throws -> Void
    ) throws {
        try Self.mappingErrors(path) {
            try reader.read { db in
                for table in [EventTable.llmCalls, .toolCalls] {
                    try CallRowReader(table, [.agent, .subject], db).run(
                        "FROM \(table.name) WHERE id > ?2 AND id <= ?3",
                        arguments: [first, last],
                        body
                    )
                }
            }
        }
    }
}

/// The rows of `posts`.
enum PostRows {
    /// How many old receipts are removed with each new one, which is more than come.
    private static let maxRemoved = 4

    /// Stores the receipt of a post, or how far the post is, in the transaction of its events.
    ///
    /// - Throws: `StoreError` with code `moved` where another process has stored a part of the post or
    ///   all of it meanwhile.
    static func store(
        _ receipt: PostReceipt,
        report: CommitReport,
        now: Timestamp,
        in db: Database
    ) throws {
        var (answer, progress): (String?, String?) = (nil, nil)
        switch try receipt.state(report) {
        case .whole(let text): answer = text
        case .partial(let text): progress = text
        }
        let store = try db.cachedStatement(
            sql: """
                INSERT INTO posts (key, body_hash, received, stored_bytes, progress, answer)
                SELECT ?1, ?2, ?3, ?5, ?6, ?7
                WHERE ?4 = 0 OR EXISTS (SELECT 1 FROM posts WHERE key = ?1)
                ON CONFLICT (key) DO UPDATE SET stored_bytes = ?5, progress = ?6, answer = ?7
                WHERE body_hash = ?2 AND answer IS NULL AND stored_bytes = ?4
                """
        )
        try store.execute(arguments: [
            receipt.key, receipt.bodyHash, now.micros, receipt.startOffset, receipt.endOffset,
            progress, answer,
        ])
        guard db.changesCount == 1 else {
            throw StoreError(
                .moved,
                operation: "storing a post",
                cause: "another process has stored a part of it meanwhile",
                hint: "post it again; it goes on from what is stored"
            )
        }
        let remove = try db.cachedStatement(
            sql: """
                DELETE FROM posts WHERE received < ? AND id IN (SELECT id FROM posts ORDER BY id LIMIT ?)
                """
        )
        try remove.execute(arguments: [(now - PostReceipt.lifetime).micros, maxRemoved])
    }
}
