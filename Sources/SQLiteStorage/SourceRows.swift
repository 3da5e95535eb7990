import AgentEvents
import EventStorage
import Foundation
import GRDB

/// What only storing the events of a source shows.
struct SourceTally {
    var duplicates: Int64 = 0
    var conflictingDuplicates: Int64 = 0
    /// The latest time of an event; `distantPast` where none was stored.
    var newest = Timestamp.distantPast
}

/// The rows of `sources`, `ledger`, `field_errors` and `rejects` that a batch touches.
struct SourceRows {
    /// `ids[i]` is the store's id of the batch's source `i`.
    let ids: [UInt32]
    private let now: Timestamp

    /// Finds the sources of a batch, or adds them.
    ///
    /// - Throws: `StoreError` where another reader has gone on from the same offset meanwhile.
    init(_ sources: [SourceProgress], now: Timestamp, _ db: Database) throws {
        self.now = now
        ids = try sources.map { try Self.id(of: $0, now, db) }
    }

    private static func id(
        of source: SourceProgress,
        _ now: Timestamp,
        _ db: Database
    ) throws -> UInt32 {
        let position = source.position
        let find = try db.cachedStatement(
            sql: "SELECT id, read_offset FROM sources WHERE path = ? AND generation = ?"
        )
        if let row = try Row.fetchOne(find, arguments: [position.path, position.generation]) {
            let offset: Int64 = row[1]
            guard offset == source.startOffset else {
                throw StoreError(
                    .busy,
                    operation: "reading \(position.path)",
                    cause: "another process has read it to byte \(offset) meanwhile",
                    hint: "run the command again; it goes on from there"
                )
            }
            return row[0]
        }
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO sources (path, generation, device, inode, head_length, head_hash, tail_hash,
                    read_offset, size, identity, first_read, last_read)
                VALUES (?, ?, 0, 0, 0, 0, 0, 0, 0, '', ?, ?)
                """
        )
        try insert.execute(arguments: [position.path, position.generation, now.micros, now.micros])
        return UInt32(db.lastInsertedRowID)
    }

    /// Stores positions, counts and rejected lines.
    ///
    /// `tallies`: what storing the events of each source showed.
    func store(_ sources: [SourceProgress], tallies: [SourceTally], _ db: Database) throws {
        for (index, source) in sources.enumerated() {
            var ledger = source.ledger
            ledger.events -= tallies[index].duplicates
            ledger.duplicates += tallies[index].duplicates
            ledger.conflictingDuplicates += tallies[index].conflictingDuplicates
            try storePosition(source.position, newest: tallies[index].newest, ids[index], db)
            try storeLedger(ledger, ids[index], db)
            try storeFieldErrors(source.fieldErrors, ids[index], db)
            try RejectRows.store(source.rejections, source: ids[index], db)
        }
    }

    private func storePosition(
        _ position: SourcePosition,
        newest: Timestamp,
        _ id: UInt32,
        _ db: Database
    ) throws {
        let update = try db.cachedStatement(
            sql: """
                UPDATE sources SET device = ?, inode = ?, head_length = ?, head_hash = ?, tail_hash = ?,
                    read_offset = ?, size = ?, identity = ?, last_read = ?, last_error = NULL,
                    newest_event = nullif(max(ifnull(newest_event, ?), ?), ?) WHERE id = ?
                """
        )
        try update.execute(arguments: [
            position.device, position.inode, position.headLength, position.headHash,
            position.tailHash, position.offset, position.size, position.identity, now.micros,
            Timestamp.distantPast.micros, newest.micros, Timestamp.distantPast.micros, id,
        ])
    }

    private func storeLedger(_ ledger: SourceLedger, _ id: UInt32, _ db: Database) throws {
        guard ledger != SourceLedger() else { return }
        let columns = [
            "lines", "events", "duplicates", "conflicting_duplicates", "rejected", "skipped",
            "joined",
            "blank", "field_errors", "bytes",
        ]
        let sums = columns.map { "\($0) = \($0) + excluded.\($0)" }.joined(separator: ", ")
        let add = try db.cachedStatement(
            sql: """
                INSERT INTO ledger (source, minute, \(columns.joined(separator: ", ")))
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (source, minute) DO UPDATE SET \(sums)
                """
        )
        try add.execute(arguments: [
            id, now.flooredToMinute.micros, ledger.lines, ledger.events, ledger.duplicates,
            ledger.conflictingDuplicates, ledger.rejected, ledger.skipped, ledger.joined,
            ledger.blank, ledger.fieldErrors, ledger.bytes,
        ])
    }

    private func storeFieldErrors(_ errors: [String: Int64], _ id: UInt32, _ db: Database) throws {
        let add = try db.cachedStatement(
            sql: """
                INSERT INTO field_errors (source, field, count) VALUES (?, ?, ?)
                ON CONFLICT (source, field) DO UPDATE SET count = count + excluded.count
                """
        )
        for (field, count) in errors.sorted(by: { $0.key < $1.key }) {
            try add.execute(arguments: [id, field, count])
        }
    }
}

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
