import AgentEvents
import EventStorage
import GRDB

/// What only storing the events of a source shows.
struct SourceTally {
    var duplicates: Int64 = 0
    var conflictingDuplicates: Int64 = 0
    var lateEvents: Int64 = 0
    var expired: Int64 = 0
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
    /// - Throws: `StoreError` with code `moved` where another reader has gone on from the same offset
    ///   meanwhile, or where the source was forgotten.
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
            let offset: Int64 = try row.value(1)
            guard offset == source.startOffset else {
                throw moved(
                    position.path,
                    "another process has read it to byte \(offset) meanwhile"
                )
            }
            return try row.value(0)
        }
        guard source.startOffset == 0 else {
            throw moved(position.path, "it was forgotten meanwhile")
        }
        return UInt32(try add(position, now: now, in: db))
    }

    private static func moved(_ path: String, _ cause: String) -> StoreError {
        StoreError(
            .moved,
            operation: "reading \(path)",
            cause: cause,
            hint: "run the command again; it goes on from what is stored"
        )
    }

    /// Adds a source of which nothing has been read; gives its id.
    static func add(_ position: SourcePosition, now: Timestamp, in db: Database) throws -> Int64 {
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO sources (path, generation, device, inode, head_length, head_hash, tail_hash,
                    chain_hash, read_offset, size, seen_at, identity, first_read, last_read)
                VALUES (?, ?, 0, 0, 0, 0, 0, 0, 0, 0, ?, ?, ?, ?)
                """
        )
        try insert.execute(arguments: [
            position.path, position.generation, position.seenAt, position.identity, now.micros,
            now.micros,
        ])
        return db.lastInsertedRowID
    }

    /// Stores positions, counts and rejected lines.
    ///
    /// `tallies`: what storing the events of each source showed.
    func store(
        _ sources: [SourceProgress],
        tallies: [SourceTally],
        in context: WriteContext
    ) throws {
        let db = context.db
        for (index, source) in sources.enumerated() {
            var ledger = source.ledger
            let tally = tallies[index]
            ledger.markDuplicates(tally.duplicates, conflicting: tally.conflictingDuplicates)
            ledger.markExpired(tally.expired)
            ledger.lateEvents += tally.lateEvents
            try storePosition(
                source.position,
                newest: tally.newest,
                id: ids[index],
                in: db
            )
            try storeLedger(ledger, id: ids[index], in: db)
            try storeFieldErrors(source.fieldErrors, id: ids[index], in: db)
            try RejectRows.store(source.rejections, source: ids[index], in: context)
        }
    }

    private func storePosition(
        _ position: SourcePosition,
        newest: Timestamp,
        id: UInt32,
        in db: Database
    ) throws {
        let update = try db.cachedStatement(
            sql: """
                UPDATE sources SET device = ?, inode = ?, head_length = ?, head_hash = ?, tail_hash = ?,
                    chain_hash = ?, read_offset = ?, size = ?, archive_size = ?, seen_at = ?,
                    identity = ?, last_read = ?, last_error = NULL,
                    behind_since = CASE WHEN ? THEN NULL ELSE behind_since END,
                    newest_event = nullif(max(ifnull(newest_event, ?), ?), ?) WHERE id = ?
                """
        )
        let isAllRead = position.archiveSize != nil || position.offset == position.size
        let none = Timestamp.distantPast.micros
        try update.execute(arguments: [
            position.device, position.inode, position.headLength, position.headHash,
            position.tailHash, position.chainHash, position.offset, position.size,
            position.archiveSize, position.seenAt, position.identity, now.micros, isAllRead,
            none, newest.micros, none, id,
        ])
    }

    private func storeLedger(_ ledger: SourceLedger, id: UInt32, in db: Database) throws {
        guard ledger != SourceLedger() else { return }
        let columns = SourceLedger.counts.map(\.name)
        let sums = columns.map { "\($0) = \($0) + excluded.\($0)" }.joined(separator: ", ")
        let add = try db.cachedStatement(
            sql: """
                INSERT INTO ledger (source, minute, \(columns.joined(separator: ", ")))
                VALUES (?, ?\(String(repeating: ", ?", count: columns.count)))
                ON CONFLICT (source, minute) DO UPDATE SET \(sums)
                """
        )
        let counts = SourceLedger.counts.map { ledger[keyPath: $0.path] }
        try add.execute(
            arguments: StatementArguments([Int64(id), now.flooredToMinute.micros] + counts)
        )
    }

    private func storeFieldErrors(_ errors: [String: Int64], id: UInt32, in db: Database) throws {
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
