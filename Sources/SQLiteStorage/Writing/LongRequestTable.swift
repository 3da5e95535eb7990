import AgentEvents
import GRDB

/// The tables `long_requests` and `long_request_events`: request ids that have too many events to
/// be folded anew whenever one more comes.
///
/// Such an id is mostly no id at all, but a constant that a program writes into every line. Its
/// further events are stored like any others and counted into its latest request.
enum LongRequestTable {
    /// How many events of an id are folded; with more it becomes a long one.
    static let maxFoldedEvents = 10_000
    /// How many events at the beginning and at the end are shown.
    static let shownEvents = 1_000

    /// What is known of a long id.
    struct LongRequest {
        var events: Int64
        /// Where the chain of its first `shownEvents` events ends.
        var earlyEnd: Int64
    }

    /// The keys of all long ids.
    static func keys(_ db: Database) throws -> Set<UInt32> {
        try UInt32.fetchSet(db, sql: "SELECT request FROM long_requests")
    }

    static func longRequest(_ key: Int64, _ db: Database) throws -> LongRequest? {
        let find = try db.cachedStatement(
            sql: "SELECT events, early_end FROM long_requests WHERE request = ?"
        )
        return try Row.fetchOne(find, arguments: [key]).map {
            LongRequest(events: try $0.value(0), earlyEnd: try $0.value(1))
        }
    }

    /// Makes an id a long one: walks its chain of events once.
    static func add(_ key: UInt32, endingAt last: Int64, _ db: Database) throws {
        var ids: [Int64] = []
        var named: [(hash: Int64, id: Int64)] = []
        try EventChain.walk(endingAt: last, db) { stored in
            ids.append(stored.id)
            if let hash = stored.eventIDHash {
                named.append((Int64(bitPattern: hash), stored.id))
            }
            return true
        }
        // Newest first, so that the first events are the last of the list.
        let earlyEnd = ids[max(0, ids.count - shownEvents)]
        try db.execute(
            sql: "INSERT INTO long_requests (request, events, early_end) VALUES (?, ?, ?)",
            arguments: [key, ids.count, earlyEnd]
        )
        try store(named.map { NamedEvent(key: key, hash: $0.hash, id: $0.id) }, db)
    }

    /// An event with an event_id.
    struct NamedEvent {
        var key: UInt32
        /// The hash of the event_id.
        var hash: Int64
        var id: Int64
    }

    /// Stores which event_ids long ids have, in the order of the index.
    static func store(_ events: [NamedEvent], _ db: Database) throws {
        let insert = try db.cachedStatement(
            sql: "INSERT INTO long_request_events (request, hash, event) VALUES (?, ?, ?)"
        )
        let sorted = events.sorted { ($0.key, $0.hash, $0.id) < ($1.key, $1.hash, $1.id) }
        for event in sorted { try insert.execute(arguments: [event.key, event.hash, event.id]) }
    }

    /// Adds to the number of events of a long id.
    static func count(_ events: Int64, of key: UInt32, _ db: Database) throws {
        let add = try db.cachedStatement(
            sql: "UPDATE long_requests SET events = events + ? WHERE request = ?"
        )
        try add.execute(arguments: [events, key])
    }

    /// The stored events of a long id whose event_ids have one of these hashes.
    static func events(
        of key: UInt32,
        hashes: [UInt64],
        _ db: Database
    ) throws -> [StoredEvent] {
        let find = try db.cachedStatement(
            sql: "SELECT event FROM long_request_events WHERE request = ? AND hash = ?"
        )
        var ids: [Int64] = []
        for hash in Set(hashes) {
            ids += try Int64.fetchAll(find, arguments: [key, Int64(bitPattern: hash)])
        }
        return try EventChain.load(ids, db)
    }

    /// Notes a long id anew that has lost events, as a usual one where few are left.
    static func renew(_ key: Int64, endingAt last: Int64, _ db: Database) throws {
        try remove(key, db)
        let (_, isWhole) = try EventChain.load(endingAt: last, max: maxFoldedEvents, db)
        if !isWhole { try add(UInt32(key), endingAt: last, db) }
    }

    /// Makes a long id a usual one.
    static func remove(_ key: Int64, _ db: Database) throws {
        for table in ["long_requests", "long_request_events"] {
            let remove = try db.cachedStatement(sql: "DELETE FROM \(table) WHERE request = ?")
            try remove.execute(arguments: [key])
        }
    }
}
