import AgentEvents
import GRDB

/// The store's keys of a batch's request ids.
///
/// Lookups and insertions into the hash index go in the order of the hashes, so that neighbours share
/// pages: random order costs more than storing the rows.
struct RequestKeys {
    /// `keys[i]` is the key of the batch's request id `i`; entry 0 is 0.
    private(set) var keys: [UInt32]
    /// `lastEvents[i]` is the end of its chain of stored events, 0 where it is new.
    private(set) var lastEvents: [Int64]
    private var hashOrder: [UInt32]
    private let firstNew: Int64

    /// Finds the ids that are stored and numbers the others.
    init(_ ids: ByteInterner, _ db: Database) throws {
        keys = [UInt32](repeating: 0, count: ids.count + 1)
        lastEvents = [Int64](repeating: 0, count: ids.count + 1)
        hashOrder = (0..<UInt32(ids.count)).map { $0 + 1 }
        hashOrder.sort { Self.stored(ids.hashes[Int($0)]) < Self.stored(ids.hashes[Int($1)]) }
        // max() of an empty table is NULL: the first key is 1.
        let newest = try Int64.fetchOne(db, sql: "SELECT max(id) FROM request_ids") ?? 0
        firstNew = newest + 1
        if newest > 0 { try findStored(ids, db) }
        var next = firstNew
        for index in keys.indices.dropFirst() where keys[index] == 0 {
            keys[index] = UInt32(next)
            next += 1
        }
    }

    /// What the index holds of a hash: its low 32 bits as a signed number, which takes 4 bytes.
    static func stored(_ hash: UInt64) -> Int64 { Int64(Int32(truncatingIfNeeded: hash)) }

    /// Whether the id with this index was stored before.
    func isStored(_ index: Int) -> Bool { lastEvents[index] != 0 }

    private mutating func findStored(_ ids: ByteInterner, _ db: Database) throws {
        let find = try db.cachedStatement(
            sql: """
                SELECT i.id, i.request_id, i.last_event FROM request_hashes h
                JOIN request_ids i ON i.id = h.request WHERE h.hash = ?
                """
        )
        for index in hashOrder {
            let hash = Self.stored(ids.hashes[Int(index)])
            let rows = try Row.fetchCursor(find, arguments: [hash])
            while let row = try rows.next() {
                let text: String = try row.value(1)
                guard text.utf8.elementsEqual(ids[index]) else { continue }
                let key: Int64 = try row.value(0)
                keys[Int(index)] = UInt32(key)
                lastEvents[Int(index)] = try row.value(2)
            }
        }
    }

    /// Stores the new ids that have events, and for all of them where their chains now end.
    func store(_ ids: ByteInterner, chainEnds: [Int64], _ db: Database) throws {
        func isNew(_ index: Int) -> Bool { !isStored(index) && chainEnds[index] != 0 }
        try storeIDs(ids, of: keys.indices.dropFirst().filter(isNew), chainEnds: chainEnds, in: db)
        try storeHashes(ids, of: hashOrder.map(Int.init).filter(isNew), db)
        let move = try db.cachedStatement(sql: "UPDATE request_ids SET last_event = ? WHERE id = ?")
        for index in keys.indices.dropFirst()
        where isStored(index) && chainEnds[index] != lastEvents[index] {
            try move.execute(arguments: [chainEnds[index], Int64(keys[index])])
        }
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

    private func storeHashes(_ ids: ByteInterner, of indices: [Int], _ db: Database) throws {
        struct HashRow {
            var hash: Int64
            var key: Int64
        }
        let rows = indices.map { index in
            HashRow(hash: Self.stored(ids.hashes[index]), key: Int64(keys[index]))
        }
        let insert = RowInsert(
            table: "request_hashes",
            columns: [
                ("hash", .int64(offset(\HashRow.hash))), ("request", .int64(offset(\HashRow.key))),
            ]
        )
        try insert(db, rows, texts: TextArena())
    }
}
