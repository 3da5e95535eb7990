import AgentEvents
import EventStorage
import Foundation
import GRDB

/// Keeps a bounded number of the lines that were not taken.
enum RejectRows {
    private static let maxSkippedPerSource = 20
    /// The limit of all sources together.
    private static let maxBytes: Int64 = 64 << 20

    /// Keeps those for which there is room.
    static func store(
        _ rejections: [LineRejection],
        source: UInt32,
        in context: WriteContext
    ) throws {
        guard !rejections.isEmpty else { return }
        let db = context.db
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO rejects (source, line_offset, reason, length, line) VALUES (?, ?, ?, ?, ?)
                """
        )
        var skippedRoom = maxSkippedPerSource - (try keptSkipped(source, db))
        for rejection in rejections {
            if rejection.reason == .notAnEvent {
                guard skippedRoom > 0 else { continue }
                skippedRoom -= 1
            }
            try insert.execute(arguments: [
                source, rejection.offset, rejection.reason.rawValue, rejection.length,
                Data(rejection.bytes),
            ])
        }
        try trim(source, db)
        let added = rejections.reduce(0) { $0 + Int64($1.bytes.count) }
        let total = try context.state.rejectBytes.map { $0 + added } ?? keptBytes(db)
        context.state.rejectBytes = total > maxBytes ? try trimAll(db) : total
    }

    private static func keptSkipped(_ source: UInt32, _ db: Database) throws -> Int {
        let count = try db.cachedStatement(
            sql: "SELECT count(*) FROM rejects WHERE source = ? AND reason = 'not_an_event'"
        )
        return try Int.fetchOne(count, arguments: [source]) ?? 0  // count(*) gives a row
    }

    private static func trim(_ source: UInt32, _ db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM rejects WHERE source = ?1 AND reason <> 'not_an_event' AND id <= (
                    SELECT id FROM rejects WHERE source = ?1 AND reason <> 'not_an_event'
                    ORDER BY id DESC LIMIT 1 OFFSET ?2)
                """,
            arguments: [source, SourceProgress.maxRejections]
        )
    }

    private static func keptBytes(_ db: Database) throws -> Int64 {
        // A sum over no rows is NULL: nothing is kept.
        try Int64.fetchOne(db, sql: "SELECT sum(length(line)) FROM rejects") ?? 0
    }

    /// Removes the oldest until there is room again, for some time; gives what is kept then.
    private static func trimAll(_ db: Database) throws -> Int64 {
        guard try keptBytes(db) > maxBytes else { return try keptBytes(db) }
        try db.execute(
            sql: """
                DELETE FROM rejects WHERE id IN (
                    SELECT id FROM (SELECT id, sum(length(line)) OVER (ORDER BY id DESC) AS total FROM rejects)
                    WHERE total > ?)
                """,
            arguments: [maxBytes / 8 * 7]
        )
        return try keptBytes(db)
    }
}
