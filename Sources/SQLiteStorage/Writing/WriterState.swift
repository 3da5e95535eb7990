import AgentEvents
import GRDB
import Rollups

/// A transaction that writes: its connection, and what the writer remembers of earlier ones.
///
/// Passed to whatever stores a part of a batch, and not kept after the transaction.
struct WriteContext {
    let db: Database
    let state: WriterState

    /// Begins with what is still true of the state.
    init(_ db: Database, _ state: WriterState) throws {
        (self.db, self.state) = (db, state)
        try state.refresh(db)
    }

    func settings() throws -> RequestSettings { try state.settings(db) }

    /// What has been pruned.
    var retention: RetentionState { state.retention }

    /// Whether events of a request id are only counted.
    func isCounted(_ key: UInt32) throws -> Bool { try state.isCounted(key, db) }

    /// The ids of a batch's names, new ones stored; entry 0 is 0 (no name).
    func ids(of names: ByteInterner) throws -> [UInt32] { try state.ids(of: names, db) }

    /// Works with the hashes that the writer knows by heart.
    func withRequestHashes<T>(_ body: (inout RequestHashes) throws -> T) throws -> T {
        try state.withRequestHashes(db, body)
    }

    func id(of origin: EventOrigin) throws -> Int64 { try state.origins.id(of: origin, db) }

    func id(of model: ModelUse) throws -> Int64 { try state.models.id(of: model, db) }

    func id(of result: CallResult) throws -> Int64 { try state.results.id(of: result, db) }
}

/// What the writer remembers between commits to ask SQLite less.
///
/// Always a part of what is stored; dropped when a transaction fails, and when another process has
/// written: the names, which nobody changes, only where that cleared some away.
final class WriterState {
    /// The paths of recently written sources.
    var sourcePaths = SourcePaths()
    var longRequests = LongRequests()
    /// The keys of `long_requests`; `nil` where they have to be read.
    var countedKeys: Set<UInt32>?
    private(set) var cellKeys = CellKeys()
    var origins = SharedRows<EventOrigin>()
    var models = SharedRows<ModelUse>()
    var results = SharedRows<CallResult>()
    /// The running total of stored reject bytes; `nil` where it is not known.
    var rejectBytes: Int64?
    private var requestHashes: RequestHashes?
    private var settings: RequestSettings?
    fileprivate private(set) var retention = RetentionState()
    /// Changes when another connection commits.
    private var dataVersion: Int64?

    /// Names with their ids: `nameIDs[i]` belongs to string `i`, 0 where it was not asked yet.
    private var names = ByteInterner()
    private var nameIDs: [Int64] = [0]
    /// The number of names above which the cache is emptied.
    private static let maxNames = 200_000

    /// Drops what may not be true any more.
    fileprivate func refresh(_ db: Database) throws {
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
            requestHashes = nil
            settings = nil
            let known = retention.clearings
            retention = try RetentionState.load(db)
            if retention.clearings != known { forgetNames() }
        }
        dataVersion = version
    }

    fileprivate func settings(_ db: Database) throws -> RequestSettings {
        if let settings { return settings }
        let loaded = try StoredSettings.load(db)
        settings = loaded
        return loaded
    }

    fileprivate func withRequestHashes<T>(
        _ db: Database,
        _ body: (inout RequestHashes) throws -> T
    ) throws -> T {
        if requestHashes == nil { requestHashes = try RequestHashes(db) }
        // Taken out of the optional without a copy.
        guard var hashes = requestHashes.take() else { preconditionFailure("they were just read") }
        defer { requestHashes = hashes }
        return try body(&hashes)
    }

    /// Drops what it remembers of requests, once some have been removed.
    func forgetRequests() {
        longRequests = LongRequests()
        countedKeys = nil
        requestHashes = nil
    }

    fileprivate func isCounted(_ key: UInt32, _ db: Database) throws -> Bool {
        if let countedKeys { return countedKeys.contains(key) }
        let keys = try LongRequestTable.keys(db)
        countedKeys = keys
        return keys.contains(key)
    }

    fileprivate func ids(of batch: ByteInterner, _ db: Database) throws -> [UInt32] {
        if names.count > Self.maxNames { forgetNames() }
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

    private func forgetNames() {
        names = ByteInterner()
        nameIDs = [0]
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
