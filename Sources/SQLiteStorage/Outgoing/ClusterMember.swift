import AgentEvents
import EventStorage
import GRDB

/// The row of `cluster_member`: which writer of a cluster a database is, and what it has sent.
struct ClusterMember: Equatable {
    var writer: Int64
    var database: Int64
    var version: Int64
    var stated: Int64
    var events: Int64
    var requests: Int64
    var offeredEvents: Int64
    var offeredRequests: Int64
    var names: Int64
    var clearings: Int64
    var offers: Int64
    /// What was sent and is no longer here, since it has been pruned.
    var pruned: StoreCounts
    /// The oldest event of that.
    var prunedOldest: Timestamp?

    static var schema: String { String(decoding: PackageResources.outgoing_sql, as: UTF8.self) }

    /// `nil` where the database belongs to no cluster.
    static func load(_ db: Database) throws -> ClusterMember? {
        guard try db.tableExists("cluster_member") else { return nil }
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT writer, version, stated, events, requests, offered_events, offered_requests, names,
                    clearings, database, offers, pruned_events, pruned_requests, pruned_oldest
                FROM cluster_member
                """
        )
        return try row.map {
            ClusterMember(
                writer: try $0.value(0),
                database: try $0.value(9),
                version: try $0.value(1),
                stated: try $0.value(2),
                events: try $0.value(3),
                requests: try $0.value(4),
                offeredEvents: try $0.value(5),
                offeredRequests: try $0.value(6),
                names: try $0.value(7),
                clearings: try $0.value(8),
                offers: try $0.value(10),
                pruned: StoreCounts(events: try $0.value(11), requests: try $0.value(12)),
                prunedOldest: (try $0.value(13) as Int64?).map(Timestamp.init(micros:))
            )
        }
    }

    /// Adds the tables and triggers that note what changes; all that is stored is to be sent.
    static func join(as writer: Int64, of database: Int64, _ db: Database) throws {
        guard try load(db) == nil else { return }
        try db.execute(sql: schema)
        try db.execute(
            sql:
                "INSERT INTO cluster_member VALUES (1, ?, ?, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL)",
            arguments: [writer, database]
        )
    }

    /// How many rows a shipment has at most.
    static let maxRows: Int64 = 150_000

    /// Begins a shipment: what changes from now on is noted with a greater version, also of what it offers.
    static func beginShipment(of table: OutgoingTable?, _ db: Database) throws -> ClusterMember? {
        try db.execute(sql: "UPDATE cluster_member SET version = version + 1")
        switch table {
        case .newEvents:
            try db.execute(
                sql: """
                    UPDATE cluster_member SET offered_events = max(offered_events,
                        min(events + ?, (\(EventTable.newestStored))))
                    """,
                arguments: [maxRows]
            )
        case .newRequests:
            try db.execute(
                sql: """
                    UPDATE cluster_member SET offered_requests = max(offered_requests,
                        min(requests + ?, (SELECT ifnull(max(request), 0) FROM first_requests)))
                    """,
                arguments: [maxRows]
            )
        default: break
        }
        return try load(db)
    }

    /// Runs a part of a transaction that removes what is old: it goes here and stays in the cluster.
    static func pruning<T>(_ db: Database, _ body: () throws -> T) throws -> T {
        guard try db.tableExists("cluster_member") else { return try body() }
        try db.execute(sql: "UPDATE cluster_member SET is_pruning = 1")
        let (before, oldest) = (try StoreCounts.load(db), try ZoneMap.oldestEvent(db))
        let result = try body()
        let after = try StoreCounts.load(db)
        try db.execute(
            sql: """
                UPDATE cluster_member SET is_pruning = 0,
                    pruned_events = pruned_events + ?1, pruned_requests = pruned_requests + ?2,
                    pruned_oldest = iif(?1 > 0, min(ifnull(pruned_oldest, ?3), ?3), pruned_oldest)
                """,
            arguments: [
                before.events - after.events, before.requests - after.requests, oldest?.micros,
            ]
        )
        return result
    }

    /// Whether nothing is there that was not sent yet.
    func hasSentAll(_ db: Database) throws -> Bool {
        try OutgoingTable.allCases.allSatisfy { try !$0.isWaiting(self, db) }
    }
}

/// The kinds of rows that are sent, in the order in which they are.
///
/// Names come first, so that whoever finds a row finds what it names.
enum OutgoingTable: String, CaseIterable {
    case names
    case newEvents = "events"
    case newRequests = "requests"
    case changedEvents = "outgoing_events"
    case changedRequests = "outgoing_requests"
    case cells = "outgoing_cells"
    case quarters = "outgoing_quarters"
    case ledger = "outgoing_ledger"
    case offers = "outgoing_offers"

    /// The key of the notes; empty for what is told by its id.
    var key: [String] {
        switch self {
        case .names, .newEvents, .newRequests, .offers: []
        case .changedEvents: ["id"]
        case .changedRequests: ["request", "part", "minute"]
        case .cells: ["series", "width", "bucket", "key"]
        case .quarters: ["bucket"]
        case .ledger: ["source", "minute"]
        }
    }

    func isWaiting(_ member: ClusterMember, _ db: Database) throws -> Bool {
        switch self {
        case .names:
            let clearings = try RetentionState.load(db).clearings
            let newest = try Self.integer("SELECT max(id) FROM names", db)
            return clearings != member.clearings || newest > member.names
        case .newEvents: return try Self.integer(EventTable.newestStored, db) > member.events
        case .newRequests:
            let newest = try Self.integer("SELECT max(request) FROM first_requests", db)
            return newest > member.requests
        case .offers:
            return try Self.integer("SELECT max(number) FROM outgoing_offers", db) > member.offers
        default: return try Self.integer("SELECT EXISTS (SELECT 1 FROM \(rawValue))", db) == 1
        }
    }

    /// Notes that what a shipment took up to some key was sent.
    func acknowledge(_ shipment: Shipment, _ db: Database) throws {
        let last = shipment.mark.last
        switch self {
        case .names:
            try db.execute(
                sql: "UPDATE cluster_member SET names = ?, clearings = ?",
                arguments: StatementArguments(last)
            )
        case .newEvents, .newRequests:
            try db.execute(
                sql: "UPDATE cluster_member SET \(rawValue) = ?",
                arguments: StatementArguments(last)
            )
        case .offers:
            try db.execute(
                sql: "UPDATE cluster_member SET offers = ?",
                arguments: StatementArguments(last)
            )
        default:
            let marks = key.map { _ in "?" }.joined(separator: ", ")
            try db.execute(
                sql: """
                    DELETE FROM \(rawValue) WHERE (\(key.joined(separator: ", "))) <= (\(marks))
                        AND version < ?
                    """,
                arguments: StatementArguments(last + [shipment.version])
            )
        }
    }

    /// A number that is 0 where there is none.
    static func integer(_ sql: String, _ db: Database) throws -> Int64 {
        try Int64.fetchOne(try db.cachedStatement(sql: sql)) ?? 0  // as said above
    }
}

extension EventTable {
    /// The greatest id of the events that are stored.
    static let newestStored = """
        SELECT max(ifnull((SELECT max(id) FROM llm_events), 0),
            ifnull((SELECT max(id) FROM tool_events), 0), ifnull((SELECT max(id) FROM other_events), 0))
        """
}
