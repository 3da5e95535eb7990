import AgentEvents
import EventStorage
import GRDB

/// Reads `sources`, alone or with their ledgers.
enum SourceReading {
    private static let positionColumns = """
        s.path, s.generation, s.device, s.inode, s.head_length, s.head_hash, s.tail_hash, s.chain_hash,
        s.read_offset, s.size, s.archive_size, s.seen_at, s.identity
        """
    /// Files of other machines are read there.
    private static let isHere = "WHERE s.generation <> \(SourcePosition.elsewhere)"
    private static let order = "ORDER BY s.path, s.generation DESC"
    private static let recent = 5 * Micros.minute

    static func positions(_ db: Database) throws -> [SourcePosition] {
        let sql = "SELECT \(positionColumns) FROM sources s \(isHere) \(order)"
        return try Row.fetchAll(db, sql: sql).map(position)
    }

    static func all(now: Timestamp, _ db: Database) throws -> [StoredSource] {
        var fieldErrors: [Int64: [String: Int64]] = [:]
        let errors = try Row.fetchCursor(db, sql: "SELECT source, field, count FROM field_errors")
        while let row = try errors.next() {
            fieldErrors[try row.value(0), default: [:]][try row.value(1)] = try row.value(2)
        }
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT \(positionColumns), s.first_read, s.last_read, s.last_error, s.behind_since,
                    s.newest_event, s.id, sum(CASE WHEN l.minute > ?1 AND l.minute <= ?2 THEN l.lines END),
                    \(SourceLedger.sums)
                FROM sources s LEFT JOIN ledger l ON l.source = s.id \(isHere)
                GROUP BY s.id \(order)
                """,
            arguments: [(now - recent).flooredToMinute.micros, now.micros]
        )
        var sources: [StoredSource] = []
        while let row = try rows.next() {
            // Most sources have no dropped fields.
            sources.append(try source(row, fieldErrors[try row.value(18)] ?? [:]))
        }
        return sources
    }

    private static func position(_ row: Row) throws -> SourcePosition {
        var position = SourcePosition(path: try row.value(0))
        position.generation = try row.value(1)
        position.device = try row.value(2)
        position.inode = try row.value(3)
        position.headLength = try row.value(4)
        position.headHash = try row.value(5)
        position.tailHash = try row.value(6)
        position.chainHash = try row.value(7)
        position.offset = try row.value(8)
        position.size = try row.value(9)
        position.archiveSize = try row.value(10)
        position.seenAt = try row.value(11)
        position.identity = try row.value(12)
        return position
    }

    private static func source(
        _ row: Row,
        _ fieldErrors: [String: Int64]
    ) throws -> StoredSource {
        var source = StoredSource(
            position: try position(row),
            ledger: try SourceLedger(row, from: 20),
            firstRead: Timestamp(micros: try row.value(13)),
            lastRead: Timestamp(micros: try row.value(14)),
            lastError: try row.value(15),
            fieldErrors: fieldErrors
        )
        source.behindSince = (try row.value(16) as Int64?).map(Timestamp.init(micros:))
        source.newestEvent = (try row.value(17) as Int64?).map(Timestamp.init(micros:))
        source.recentLines = try row.value(19) ?? 0  // a source without such lines
        return source
    }
}
