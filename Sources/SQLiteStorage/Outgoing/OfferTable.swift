import AgentEvents
import EventStorage
import GRDB

/// The table `outgoing_offers`: events whose request ids another machine owns.
enum OfferTable {
    /// Offers the events of a request id that are not offered yet, newest first.
    ///
    /// `last`: where its chain of events ends. `sent`: the id up to which events were sent; later ones are offered
    /// when they have been. Gives how many there were.
    static func add(
        chain last: Int64,
        to owner: Int64,
        sent: Int64,
        _ db: Database
    ) throws -> Int {
        let isOffered = try db.cachedStatement(
            sql: "SELECT 1 FROM outgoing_offers WHERE event = ?"
        )
        var new: [StoredEvent] = []
        try EventChain.walk(endingAt: last, db) { event in
            guard event.id <= sent else { return true }
            // Those before it were offered with it.
            if try Int64.fetchOne(isOffered, arguments: [event.id]) != nil { return false }
            new.append(event)
            return true
        }
        let insert = try db.cachedStatement(
            sql: "INSERT INTO outgoing_offers (event, request, minute, owner) VALUES (?, ?, ?, ?)"
        )
        for event in new {
            let minute = event.event.timestamp.micros / Micros.minute
            let request = event.event.request.rawValue
            try insert.execute(arguments: [event.id, request, minute, owner])
        }
        return new.count
    }

    static func list(above number: Int64, max: Int64, _ db: Database) throws -> [ShippedOffer] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT number, owner, event, minute FROM outgoing_offers WHERE number > ?
                ORDER BY number LIMIT ?
                """,
            arguments: [number, max]
        ).map {
            ShippedOffer(
                number: try $0.value(0),
                owner: try $0.value(1),
                event: try $0.value(2),
                minute: try $0.value(3)
            )
        }
    }

    /// The ids of the first events that an owner was offered up to a number.
    static func events(
        offeredTo owner: Int64,
        through number: Int64,
        max: Int,
        _ db: Database
    ) throws -> [Int64] {
        try Int64.fetchAll(
            db,
            sql: """
                SELECT event FROM outgoing_offers WHERE owner = ? AND number <= ? ORDER BY number LIMIT ?
                """,
            arguments: [owner, number, max]
        )
    }

    static func remove(_ events: [Int64], _ db: Database) throws {
        let remove = try db.cachedStatement(sql: "DELETE FROM outgoing_offers WHERE event = ?")
        for event in events { try remove.execute(arguments: [event]) }
    }

    /// The keys of the request ids that have events which are offered; none in a database of no cluster.
    static func requests(_ keys: Set<Int64>, _ db: Database) throws -> Set<Int64> {
        guard try db.tableExists("outgoing_offers") else { return [] }
        return keys.intersection(
            try Int64.fetchSet(db, sql: "SELECT DISTINCT request FROM outgoing_offers")
        )
    }
}

/// The tables `taken_offers` and `answered_wishes`: up to where others were heard.
enum HandoverMarks {
    static func load(_ db: Database) throws -> HandoverState {
        var state = HandoverState()
        for row in try Row.fetchAll(db, sql: "SELECT writer, number FROM taken_offers") {
            state.taken[try row.value(0)] = try row.value(1)
        }
        for row in try Row.fetchAll(db, sql: "SELECT owner, version FROM answered_wishes") {
            state.answered[try row.value(0)] = try row.value(1)
        }
        return state
    }

    /// Notes what is being taken, unless it was before.
    static func note(_ mark: HandoverMark, _ db: Database) throws {
        let taken = try load(db).taken[mark.writer] ?? 0  // nothing was taken yet
        guard taken == mark.after else {
            throw StoreError(
                .moved,
                operation: "taking over events of another machine",
                cause: "another process has taken them meanwhile",
                hint: "nothing has to be done; they are counted once"
            )
        }
        try db.execute(
            sql: "INSERT OR REPLACE INTO taken_offers VALUES (?, ?)",
            arguments: [mark.writer, mark.through]
        )
        // The standing tells the others of it, whatever else is there to be sent.
        try db.execute(sql: "UPDATE cluster_member SET version = version + 1")
    }

    static func noteAnswered(_ owner: Int64, version: Int64, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO answered_wishes VALUES (?, ?)",
            arguments: [owner, version]
        )
    }
}
