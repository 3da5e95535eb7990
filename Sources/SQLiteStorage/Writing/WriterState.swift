import AgentEvents
import GRDB
import Rollups

/// What the writer remembers between commits to ask SQLite less.
///
/// Always a part of what is stored; dropped when a transaction fails, and all but the names, which
/// nobody ever changes, when another process has written.
struct WriterState: Sendable {
    /// The paths of recently written sources.
    var sourcePaths = SourcePaths()
    var longRequests = LongRequests()
    /// The keys of `long_requests`; `nil` where they have to be read.
    var countedKeys: Set<UInt32>?
    var cellKeys = CellKeys()
    var origins = SharedRows<EventOrigin>()
    var models = SharedRows<ModelUse>()
    var results = SharedRows<CallResult>()
    /// The running total of stored reject bytes; `nil` where it is not known.
    var rejectBytes: Int64?
    private var settings: RequestSettings?
    /// Changes when another connection commits.
    private var dataVersion: Int64?

    /// Names with their ids: `nameIDs[i]` belongs to string `i`, 0 where it was not asked yet.
    private var names = ByteInterner()
    private var nameIDs: [Int64] = [0]
    /// The number of names above which the cache is emptied.
    private static let maxNames = 200_000

    /// Drops what may not be true any more; first in each transaction.
    mutating func refresh(_ db: Database) throws {
        let ask = try db.cachedStatement(sql: "PRAGMA data_version")
        let version = try Int64.fetchOne(ask)
        if version != dataVersion {
            sourcePaths = SourcePaths()
            longRequests = LongRequests()
            countedKeys = nil
            cellKeys = CellKeys()
            origins = SharedRows()
            models = SharedRows()
            results = SharedRows()
            rejectBytes = nil
            settings = nil
        }
        dataVersion = version
    }

    mutating func settings(_ db: Database) throws -> RequestSettings {
        if let settings { return settings }
        let loaded = try StoredSettings.load(db)
        settings = loaded
        return loaded
    }

    /// Whether events of a request id are only counted.
    mutating func isCounted(_ key: UInt32, _ db: Database) throws -> Bool {
        if let countedKeys { return countedKeys.contains(key) }
        let keys = try LongRequestTable.keys(db)
        countedKeys = keys
        return keys.contains(key)
    }

    /// The ids of a batch's names, new ones stored; entry 0 is 0 (no name).
    mutating func resolve(_ batch: ByteInterner, _ db: Database) throws -> [UInt32] {
        if names.count > Self.maxNames {
            names = ByteInterner()
            nameIDs = [0]
        }
        var ids: [UInt32] = [0]
        ids.reserveCapacity(batch.count + 1)
        for index in 1..<UInt32(batch.count + 1) {
            let bytes = batch[index]
            let known = bytes.withUnsafeBytes { names.intern($0, prefix: nil) }
            if Int(known) == nameIDs.count { nameIDs.append(0) }
            if nameIDs[Int(known)] == 0 { nameIDs[Int(known)] = try Self.store(bytes, db) }
            ids.append(UInt32(nameIDs[Int(known)]))
        }
        return ids
    }

    private static func store(_ bytes: ArraySlice<UInt8>, _ db: Database) throws -> Int64 {
        let kind = Int64(bytes[bytes.startIndex])
        let name = String(decoding: bytes.dropFirst(), as: UTF8.self)
        let find = try db.cachedStatement(sql: "SELECT id FROM names WHERE kind = ? AND name = ?")
        if let id = try Int64.fetchOne(find, arguments: [kind, name]) { return id }
        let insert = try db.cachedStatement(sql: "INSERT INTO names (kind, name) VALUES (?, ?)")
        try insert.execute(arguments: [kind, name])
        return db.lastInsertedRowID
    }
}
