import AgentEvents
import EventStorage
import GRDB

/// The one row of `follower`.
///
/// It stays when the follower stops, without its pid: that there was one gives a lag of 0 a meaning.
enum FollowerRow {
    /// The follower that lives, or died without saying so.
    static func load(_ db: Database) throws -> FollowerHeartbeat? {
        let sql = "SELECT pid, started_at, looked_at, poll FROM follower WHERE pid IS NOT NULL"
        return try Row.fetchOne(db, sql: sql).map { row in
            FollowerHeartbeat(
                pid: try row.value(0),
                startedAt: Timestamp(micros: try row.value(1)),
                lookedAt: Timestamp(micros: try row.value(2)),
                poll: try row.value(3)
            )
        }
    }

    static func store(_ follower: FollowerHeartbeat?, _ db: Database) throws {
        guard let follower else {
            return try db.execute(sql: "UPDATE follower SET pid = NULL")
        }
        let replace = try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO follower (id, pid, started_at, looked_at, poll)
                VALUES (1, ?, ?, ?, ?)
                """
        )
        try replace.execute(arguments: [
            follower.pid, follower.startedAt.micros, follower.lookedAt.micros,
            follower.poll,
        ])
        try note(start: follower.startedAt, db)
    }

    private static let maxStarts = 1_000

    /// Once for each start, since a sign of life comes every second.
    private static func note(start: Timestamp, _ db: Database) throws {
        let insert = try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO follower_starts VALUES (?)"
        )
        try insert.execute(arguments: [start.micros])
        guard db.changesCount > 0 else { return }
        try db.execute(
            sql: """
                DELETE FROM follower_starts WHERE at <=
                    (SELECT at FROM follower_starts ORDER BY at DESC LIMIT 1 OFFSET ?)
                """,
            arguments: [maxStarts]
        )
    }
}
