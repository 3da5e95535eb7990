import AgentEvents
import EventStorage
import GRDB

/// Reads `sources`, alone or with their ledgers.
enum SourceReading {
    private static let positionColumns = """
        s.path, s.generation, s.device, s.inode, s.head_length, s.head_hash, s.tail_hash, s.chain_hash,
        s.read_offset, s.size, s.archive_size, s.seen_at, s.identity
        """
    private static let order = "ORDER BY s.path, s.generation DESC"
    private static let recent = 5 * Micros.minute

    static func positions(_ db: Database) throws -> [SourcePosition] {
        let sql = "SELECT \(positionColumns) FROM sources s \(order)"
        return try Row.fetchAll(db, sql: sql).map(position)
    }

    static func all(now: Timestamp, _ db: Database) throws -> [StoredSource] {
        var fieldErrors: [Int64: [String: Int64]] = [:]
        let errors = try Row.fetchCursor(db, sql: "SELECT source, field, count FROM field_errors")
        while let row = try errors.next() { fieldErrors[row[0], default: [:]][row[1]] = row[2] }
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT \(positionColumns), s.first_read, s.last_read, s.last_error, s.behind_since,
                    s.newest_event, s.id, sum(CASE WHEN l.minute > ?1 AND l.minute <= ?2 THEN l.lines END),
                    sum(l.lines), sum(l.events), sum(l.duplicates), sum(l.conflicting_duplicates),
                    sum(l.rejected), sum(l.skipped), sum(l.joined), sum(l.blank), sum(l.field_errors),
                    sum(l.bytes), sum(l.late_events)
                FROM sources s LEFT JOIN ledger l ON l.source = s.id
                GROUP BY s.id \(order)
                """,
            arguments: [(now - recent).flooredToMinute.micros, now.micros]
        )
        var sources: [StoredSource] = []
        while let row = try rows.next() {
            sources.append(source(row, fieldErrors[row[18]] ?? [:]))  // no dropped fields
        }
        return sources
    }

    private static func position(_ row: Row) -> SourcePosition {
        var position = SourcePosition(path: row[0])
        position.generation = row[1]
        position.device = row[2]
        position.inode = row[3]
        position.headLength = row[4]
        position.headHash = row[5]
        position.tailHash = row[6]
        position.chainHash = row[7]
        position.offset = row[8]
        position.size = row[9]
        position.archiveSize = row[10]
        position.seenAt = row[11]
        position.identity = row[12]
        return position
    }

    private static func source(_ row: Row, _ fieldErrors: [String: Int64]) -> StoredSource {
        var source = StoredSource(
            position: position(row),
            ledger: SourceLedger(row, from: 20),
            firstRead: Timestamp(micros: row[13]),
            lastRead: Timestamp(micros: row[14]),
            lastError: row[15],
            fieldErrors: fieldErrors
        )
        source.behindSince = (row[16] as Int64?).map(Timestamp.init(micros:))
        source.newestEvent = (row[17] as Int64?).map(Timestamp.init(micros:))
        source.recentLines = row[19] ?? 0  // a source without such lines
        return source
    }
}
