import AgentEvents
import GRDB

/// The store's keys of a batch's request ids.
struct RequestKeys {
    /// `keys[i]` is the key of the batch's request id `i`; entry 0 is 0.
    private(set) var keys: [UInt32]
    /// `lastEvents[i]` is the end of its chain of stored events, 0 where it is new.
    private(set) var lastEvents: [Int64]

    /// Finds the ids that are stored and numbers the others.
    ///
    /// `known`: what the writer knows by heart.
    init(_ ids: ByteInterner, known: RequestHashes, _ db: Database) throws {
        keys = [UInt32](repeating: 0, count: ids.count + 1)
        lastEvents = [Int64](repeating: 0, count: ids.count + 1)
        try takeKnown(ids, known, db)
        if !known.isComplete { try findIndexed(ids, db) }
        // max() of an empty table is NULL: the first key is 1.
        var next = (try Int64.fetchOne(db, sql: "SELECT max(id) FROM request_ids") ?? 0) + 1
        for index in keys.indices.dropFirst() where keys[index] == 0 {
            keys[index] = UInt32(next)
            next += 1
        }
    }

    /// What the index holds of a hash: its low 32 bits as a signed number, which takes 4 bytes.
    static func stored(_ hash: UInt64) -> Int32 { Int32(truncatingIfNeeded: hash) }

    /// Whether the id with this index was stored before.
    func isStored(_ index: Int) -> Bool { lastEvents[index] != 0 }

    /// The keys of the ids that were stored before.
    var stored: [Int64] { keys.indices.filter(isStored).map { Int64(keys[$0]) } }

    private mutating func takeKnown(
        _ ids: ByteInterner,
        _ known: RequestHashes,
        _ db: Database
    ) throws {
        let find = "SELECT id, request_id, last_event FROM request_ids WHERE id = ?"
        for index in keys.indices.dropFirst() {
            for key in known.keys(of: Self.stored(ids.hashes[index])) {
                try db.forEachStep(find, [Int64(key)]) { take($0, as: index, ids) }
            }
        }
    }

    /// Looks in the order of the hashes, so that neighbours share pages: random order costs more than
    /// storing the rows.
    private mutating func findIndexed(_ ids: ByteInterner, _ db: Database) throws {
        let find = """
            SELECT i.id, i.request_id, i.last_event FROM request_hashes h
            JOIN request_ids i ON i.id = h.request WHERE h.hash = ?
            """
        let wanted = keys.indices.dropFirst().filter { keys[$0] == 0 }
            .map { (hash: Self.stored(ids.hashes[$0]), index: $0) }
            .sorted { $0.hash < $1.hash }
        for (hash, index) in wanted {
            try db.forEachStep(find, [Int64(hash)]) { take($0, as: index, ids) }
        }
    }

    /// Takes a stored id, unless only its hash is that of the batch's.
    private mutating func take(_ row: SteppedRow, as index: Int, _ ids: ByteInterner) {
        guard row.bytes(1).elementsEqual(ids[UInt32(index)]) else { return }
        keys[index] = UInt32(truncatingIfNeeded: row.int64(0))
        lastEvents[index] = row.int64(2)
    }

    /// Stores the new ids that have events, and for all of them where their chains now end; gives how
    /// many are new.
    ///
    /// `known`: gets the new ones.
    func store(
        _ ids: ByteInterner,
        chainEnds: [Int64],
        known: inout RequestHashes,
        _ db: Database
    ) throws -> Int {
        let new = keys.indices.dropFirst().filter { !isStored($0) && chainEnds[$0] != 0 }
        try storeIDs(ids, of: new, chainEnds: chainEnds, in: db)
        for index in new { known.add(Self.stored(ids.hashes[index]), key: keys[index]) }
        let move = try db.cachedStatement(sql: "UPDATE request_ids SET last_event = ? WHERE id = ?")
        for index in keys.indices.dropFirst()
        where isStored(index) && chainEnds[index] != lastEvents[index] {
            try move.execute(arguments: [chainEnds[index], Int64(keys[index])])
        }
        return new.count
    }

    private func storeIDs(
        _ ids: ByteInterner,
        of indices: [Int],
        chainEnds: [Int64],
        in db: Database
    ) throws {
        struct IDRow {
            var id: Int64
            var text: TextIndex
            var lastEvent: Int64
        }
        var texts = TextArena()
        let rows = indices.map { index in
            let text = ids[UInt32(index)].withUnsafeBytes { texts.append($0) }
            return IDRow(id: Int64(keys[index]), text: text, lastEvent: chainEnds[index])
        }
        let insert = RowInsert(
            table: "request_ids",
            columns: [
                ("id", .int64(offset(\IDRow.id))), ("request_id", .text(offset(\IDRow.text))),
                ("last_event", .int64(offset(\IDRow.lastEvent))),
            ]
        )
        try insert(db, rows, texts: texts)
    }
}
