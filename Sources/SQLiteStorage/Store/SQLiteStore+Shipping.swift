package import AgentEvents
package import EventStorage
import GRDB
import Rollups
import Synchronization

extension SQLiteStore: ShippingStore {
    package func joinCluster(as writer: Int64, of databases: Set<Int64>) throws {
        let member = try Self.mappingErrors(path) { try reader.read(ClusterMember.load) }
        guard let member else {
            guard let database = databases.min() else {
                throw StoreError(
                    .missing,
                    operation: "sending what is in \(path)",
                    cause: "the database has lost its name",
                    hint: "see that nobody else changes the table schema_version"
                )
            }
            return try write { try ClusterMember.join(as: writer, of: database, $0) }
        }
        guard databases.contains(member.database) else {
            throw StoreError(
                .refused,
                operation: "sending what is in \(path)",
                cause: "it was sent to another database, and this one would get only what is new",
                hint:
                    "name another file with ?local=FILE in --db, or the database that it belongs to"
            )
        }
    }

    package func clusterName() throws -> Int64? {
        try Self.mappingErrors(path) { try reader.read { try ClusterMember.load($0)?.writer } }
    }

    package func withShippingLock<T>(_ body: () throws -> T) throws -> T {
        let lock = try ProcessLock(.shipping, databasePath: path, patience: Self.shippingPatience)
        defer { withExtendedLifetime(lock) {} }
        return try body()
    }

    /// Longer than a shipment takes on any connection that is worth waiting for.
    private static let shippingPatience = Duration.seconds(300)

    package func nextShipment() throws -> Shipment? {
        guard let wanted = try wanted() else { return nil }
        let begun = try write { try ClusterMember.beginShipment(of: wanted.table, $0) }
        guard let member = begun else { return nil }
        return try Self.mappingErrors(path) {
            try reader.read { db in
                let snapshot = try SQLiteSnapshot(db, file: file)
                return try ShipmentMaking(member: member, snapshot: snapshot).shipment(
                    of: wanted.table
                )
            }
        }
    }

    /// What is to be sent next: rows of a table, or, where all have been sent, the standing; `nil` for nothing.
    private func wanted() throws -> Wanted? {
        try Self.mappingErrors(path) {
            try reader.read { db in
                guard let member = try ClusterMember.load(db) else { return nil }
                let table = try OutgoingTable.allCases.first { try $0.isWaiting(member, db) }
                if table == nil, member.stated == member.version { return nil }
                return Wanted(table: table)
            }
        }
    }

    private struct Wanted {
        var table: OutgoingTable?
    }

    package func acknowledge(_ shipment: Shipment) throws {
        try write { db in
            if let table = OutgoingTable(rawValue: shipment.mark.table) {
                try table.acknowledge(shipment, db)
            } else {
                try db.execute(
                    sql: "UPDATE cluster_member SET stated = ?",
                    arguments: [shipment.version]
                )
            }
        }
    }
}

extension SQLiteStore {
    package func learn(endsTasksSince agents: [String: Timestamp]) throws -> Bool {
        try writerState.withLock { state in
            state = WriterState()
            return try write { db in
                let context = try WriteContext(db, WriterState())
                let settings = try context.settings()
                let before = RequestClock(
                    endsTasksSince: try AgentCompletions.load(db),
                    settings: settings
                )
                guard try AgentCompletions.noteElsewhere(agents, db) else { return false }
                let after = RequestClock(
                    endsTasksSince: try AgentCompletions.load(db),
                    settings: settings
                )
                try CellCommit.store(
                    BatchFold(events: [], texts: TextArena(), settings: settings),
                    removed: [],
                    clock: (before, after),
                    calls: CallSums(of: [], fineQuarters: []),
                    in: context
                )
                return true
            }
        }
    }

    /// Refuses where the database belongs to a cluster that has not everything of it yet: what is pruned
    /// before it is sent would be nowhere.
    func requireSent() throws {
        let hasSentAll = try Self.mappingErrors(path) {
            try reader.read { try ClusterMember.load($0)?.hasSentAll($0) }
        }
        guard hasSentAll == false else { return }
        throw StoreError(
            .busy,
            operation: "pruning \(path)",
            cause: "not all of it has been sent to its cluster yet",
            hint:
                "it is sent while `agentwatch tail` or `agentwatch serve` runs with --db clickhouse://..."
        )
    }
}

/// Puts a shipment together, from one view of the store.
private struct ShipmentMaking {
    let member: ClusterMember
    let snapshot: SQLiteSnapshot

    private var db: Database { snapshot.db }

    private var version: Int64 { member.version }

    /// `table`: what to send; `nil` for the standing, which is sent when all else has been.
    func shipment(of table: OutgoingTable?) throws -> Shipment {
        guard let table else {
            return shipment(.standing(try WriterStanding(of: snapshot, member)), "standing", [])
        }
        switch table {
        case .names: return try names()
        case .newEvents:
            var events = try OutgoingEvents(db)
            let last = try events.add(above: member.events, through: member.offeredEvents)
            var shipped = events.shipped
            shipped.areNew = true
            return shipment(.events(shipped), table.rawValue, [last])
        case .newRequests:
            var requests = OutgoingRequests(db)
            try requests.add(above: member.requests, through: member.offeredRequests)
            return shipment(.requests(requests.shipped), table.rawValue, [member.offeredRequests])
        case .offers:
            let offers = try OfferTable.list(above: member.offers, max: ClusterMember.maxRows, db)
            let last = offers.last?.number ?? member.offers  // they were released meanwhile
            return shipment(.offers(offers), table.rawValue, [last])
        default: return try shipment(ofNotesIn: table)
        }
    }

    private func shipment(_ rows: Shipment.Rows, _ table: String, _ last: [Int64]) -> Shipment {
        Shipment(
            writer: member.writer,
            version: version,
            rows: rows,
            mark: ShipmentMark(table: table, last: last)
        )
    }

    private func names() throws -> Shipment {
        let clearings = try RetentionState.load(db).clearings
        let first = clearings == member.clearings ? member.names : 0
        var names: [ShippedName] = []
        var last = first
        let sql = "SELECT id, kind, name FROM names WHERE id > ? ORDER BY id LIMIT ?"
        let rows = try Row.fetchCursor(db, sql: sql, arguments: [first, ClusterMember.maxRows])
        while let row = try rows.next() {
            names.append(ShippedName(kind: try row.value(1), name: try row.value(2)))
            last = try row.value(0)
        }
        return shipment(.names(names), OutgoingTable.names.rawValue, [last, clearings])
    }

    private func shipment(ofNotesIn table: OutgoingTable) throws -> Shipment {
        let notes = try notes(in: table)
        var last = notes.last.map { Array($0.prefix(table.key.count)) } ?? []  // nothing is waiting
        let rows: Shipment.Rows
        switch table {
        case .changedEvents:
            var events = try OutgoingEvents(db)
            last = [try events.addNoted(notes.map { $0[0] }, before: version)].compactMap { $0 }
            rows = .events(events.shipped)
        case .changedRequests:
            var requests = OutgoingRequests(db)
            try requests.add(
                notes.map { note in
                    let place = ShippedRequests.Place(
                        number: note[0],
                        part: note[1],
                        minute: note[2]
                    )
                    return (place, note[3] == 1)
                }
            )
            rows = .requests(requests.shipped)
        case .cells:
            var outgoing = OutgoingCells(db)
            let cells = try outgoing.cells(noted: notes)
            last = cells.last.map { [$0.series, $0.width, $0.bucket, $0.key] } ?? last  // no notes
            rows = .cells(cells)
        case .quarters: rows = .quarters(try notes.map { try quarter($0[0]) })
        default: rows = .ledger(try notes.map { try ledger(source: $0[0], minute: $0[1]) })
        }
        return shipment(rows, table.rawValue, last)
    }

    /// The first notes: their keys, and whether the row is gone.
    private func notes(in table: OutgoingTable) throws -> [[Int64]] {
        let key = table.key.joined(separator: ", ")
        let removed = table == .quarters ? "0" : "removed"
        let width = Int32(table.key.count + 1)
        var notes: [[Int64]] = []
        try db.forEachStep(
            """
            SELECT \(key), \(removed) FROM \(table.rawValue) WHERE version < ? ORDER BY \(key) LIMIT ?
            """,
            [version, ClusterMember.maxRows]
        ) { row in notes.append((0..<width).map { row.int64($0) }) }
        return notes
    }

    private func quarter(_ bucket: Int64) throws -> QuarterVolume {
        let stored = try QuarterVolumes.list(bucket..<bucket + 1, db).first
        return QuarterVolume(
            bucket: bucket,
            units: stored?.units ?? 0,  // no row: it holds nothing
            hasMinutes: stored?.hasMinutes ?? false  // and so no cells
        )
    }

    private func ledger(source: Int64, minute: Int64) throws -> ShippedLedger {
        let columns = SourceLedger.counts.map { "l.\($0.name)" }.joined(separator: ", ")
        let find = try db.cachedStatement(
            sql: "SELECT \(columns) FROM ledger l WHERE source = ? AND minute = ?"
        )
        let row = try Row.fetchOne(find, arguments: [source, minute])
        return ShippedLedger(source: source, minute: minute, ledger: try SourceLedger(row))
    }
}
