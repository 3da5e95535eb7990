import AgentEvents
import Foundation
import GRDB

/// Keeps a bounded number of the lines that were not taken.
enum RejectRows {
    private static let mostPerSource = 1_000
    private static let mostSkippedPerSource = 20
    private static let mostBytes = 64 << 20

    static func store(_ rejections: [LineRejection], source: UInt32, _ db: Database) throws {
        guard !rejections.isEmpty else { return }
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO rejects (source, line_offset, reason, length, line) VALUES (?, ?, ?, ?, ?)
                """
        )
        var skippedRoom = mostSkippedPerSource - (try keptSkipped(source, db))
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
            arguments: [source, mostPerSource]
        )
        // Oldest first until the rest fits.
        try db.execute(
            sql: """
                DELETE FROM rejects WHERE id IN (
                    SELECT id FROM (SELECT id, sum(length(line)) OVER (ORDER BY id DESC) AS total FROM rejects)
                    WHERE total > ?)
                """,
            arguments: [mostBytes]
        )
    }
}
