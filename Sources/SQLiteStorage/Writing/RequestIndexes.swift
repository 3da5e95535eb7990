import AgentEvents
import GRDB

/// The indexes that lead to request ids, `request_hashes` and `person_requests`, and how far they go.
///
/// New ids come in random order: adding those of each batch would write most pages of the indexes again
/// each time. So ids are left out until there are many, and then added in order. The table
/// `indexed_requests` says which ids these are; they follow from the rows, so that nothing is lost with
/// a writer that dies.
enum RequestIndexes {
    /// The last request id that is in the indexes; 0 where none is.
    static func through(_ db: Database) throws -> Int64 {
        let find = try db.cachedStatement(sql: "SELECT through FROM indexed_requests")
        guard let through = try Int64.fetchOne(find) else {
            throw DatabaseError(
                resultCode: .SQLITE_CORRUPT,
                message: "the row of indexed_requests is missing"
            )
        }
        return through
    }

    /// Adds the ids that are not indexed where they have become many.
    ///
    /// `new`: how many of them a batch has just brought. In bulk they are added seldom. Else there are so
    /// few that another writer, or a reader who looks for one id, has read them in a moment.
    static func extendIfDue(with hashes: inout RequestHashes, new: Int, _ db: Database) throws {
        let isBulk = new >= maxFollowed
        guard hashes.unindexed.count >= (isBulk ? maxInBulk : maxFollowed) else { return }
        try extend(with: &hashes, inBulk: isBulk, db)
    }

    private static let maxInBulk = 262_144
    private static let maxFollowed = 4_096

    /// Adds all ids that are not indexed.
    static func extend(
        with hashes: inout RequestHashes,
        inBulk: Bool = false,
        _ db: Database
    ) throws {
        guard let last = hashes.unindexed.map(\.key).max() else { return }
        try store(hashes.unindexed, db)
        try UserRequestIndex.addRows(after: try through(db), db)
        try db.execute(sql: "UPDATE indexed_requests SET through = ?", arguments: [last])
        hashes.noteIndexed(inBulk: inBulk)
    }

    /// Notes the last request id that is left, once some were removed with what leads to them.
    static func noteRemoval(_ db: Database) throws {
        try db.execute(
            sql: """
                UPDATE indexed_requests
                SET through = min(through, ifnull((SELECT max(id) FROM request_ids), 0))
                """
        )
    }

    private static func store(_ ids: [RequestHashes.Entry], _ db: Database) throws {
        struct HashRow {
            var hash: Int64
            var key: UInt32
        }
        let rows = ids.map { HashRow(hash: Int64($0.hash), key: $0.key) }
            .sorted { ($0.hash, $0.key) < ($1.hash, $1.key) }
        let insert = RowInsert(
            table: "request_hashes",
            columns: [
                ("hash", .int64(offset(\HashRow.hash))), ("request", .uint32(offset(\HashRow.key))),
            ]
        )
        try insert(db, rows, texts: TextArena())
    }
}
