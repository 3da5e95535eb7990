import AgentEvents
import EventStorage
import Rollups

/// Sees to it that the events of a request id are all with one machine, which alone can fold them.
///
/// Of the machines that log an id the one with the least name owns it, so that all come to the same answer, whoever
/// asks when. Whoever sends an id looks afterwards who else did: of two machines, at least the later one finds the
/// other. If that owns the id, the events are offered to it; else it may not have seen the id here, and is told.
struct SharedIDs {
    private let connection: ServerConnection
    private let local: any HandoverStore
    private let writer: Int64
    /// An id that comes again after so many minutes is another request, whoever logs it.
    private let minutesNear: Int64

    init(
        _ connection: ServerConnection,
        _ local: some EventStore & HandoverStore,
        writer: Int64
    ) throws {
        self.connection = connection
        self.local = local
        self.writer = writer
        minutesNear = try local.read { $0.settings.requestGap / Micros.minute + 1 }
    }

    /// Looks who else has the ids of new events that have just been stored.
    func settle(_ events: ShippedEvents, of shipment: Shipment) throws {
        var offered: [SharedID] = []
        var wishes: [(writer: Int64, id: [UInt8])] = []
        for (id, others) in try others(of: events) {
            guard let least = others.min() else { continue }
            if least < writer {
                offered.append(SharedID(id: id, owner: least))
            } else {
                wishes += others.map { ($0, id) }
            }
        }
        _ = try local.offer(offered, sentWith: shipment)
        try ShipmentWriter(connection: connection).store(
            wishes: wishes,
            of: writer,
            version: shipment.version
        )
    }

    /// The other machines that have sent events of the same ids at about the same time.
    private func others(of events: ShippedEvents) throws -> [[UInt8]: [Int64]] {
        let minutes = events.batch.events.lazy.filter { !$0.request.isNone }
            .map { $0.timestamp.micros / Micros.minute }
        guard let first = minutes.min(), let last = minutes.max() else { return [:] }
        let ids = events.batch.requestIDs
        var others: [[UInt8]: [Int64]] = [:]
        for start in stride(from: 1, through: ids.count, by: Self.maxIDsAtOnce) {
            let part = start...min(start + Self.maxIDsAtOnce - 1, ids.count)
            let hashes = ServerText.numbers(part.map { RequestHash.of(ids[UInt32($0)]) })
            let wanted = Set(part.map { Array(ids[UInt32($0)]) })
            let found = try connection.all(
                """
                SELECT request_id, writer FROM request_ids
                WHERE request_hash IN (\(hashes)) AND writer != \(writer)
                    AND minute >= \(max(0, first - minutesNear)) AND minute <= \(last + minutesNear)
                GROUP BY request_id, writer
                """,
                operation: "looking who has the same requests"
            ) { row in (id: Array(try row.text()), writer: try row.integer() as Int64) }
            for other in found where wanted.contains(other.id) {
                others[other.id, default: []].append(other.writer)
            }
        }
        return others
    }

    /// A statement with more than these would be too long for a server as it comes.
    private static let maxIDsAtOnce = 16_000

    /// Takes what is offered, releases what was taken, and answers wishes; gives whether there was any.
    func exchange(now: Timestamp) throws -> Bool {
        let state = try local.handoverState()
        var hasChanged = false
        for (owner, version, ids) in try wishes(state.answered) {
            let shared = ids.map { SharedID(id: $0, owner: owner) }
            hasChanged = try local.offer(shared, sentWith: nil) || hasChanged
            try local.noteAnswered(owner, version: version)
        }
        for handover in try handovers() {
            if handover.isTaken {
                hasChanged =
                    try local.release(takenBy: handover.owner, through: handover.number)
                    || hasChanged
            } else if handover.owner == writer {
                let taken = state.taken[handover.writer] ?? 0  // nothing yet
                guard handover.number > taken else { continue }
                try take(of: handover.writer, after: taken, through: handover.number, now: now)
                hasChanged = true
            }
        }
        return hasChanged
    }

    private struct HandoverRow {
        var owner: Int64
        var writer: Int64
        var isTaken: Bool
        var number: Int64
    }

    /// What others have offered to this machine, and taken of what it has offered.
    private func handovers() throws -> [HandoverRow] {
        try connection.all(
            """
            SELECT owner, writer, is_taken, number FROM handovers FINAL
            WHERE (owner = \(writer) AND is_taken = 0) OR (writer = \(writer) AND is_taken = 1)
            """,
            operation: "looking what is offered"
        ) { row in
            HandoverRow(
                owner: try row.integer(),
                writer: try row.integer(),
                isTaken: try row.integer() as UInt8 == 1,
                number: try row.integer()
            )
        }
    }

    /// Takes over the events that a machine offers, a part at a time.
    private func take(
        of other: Int64,
        after taken: Int64,
        through last: Int64,
        now: Timestamp
    ) throws {
        var taken = taken
        while taken < last {
            let offers: [(number: Int64, minute: UInt32, event: Int64)] = try connection.all(
                """
                SELECT number, minute, event FROM offers FINAL
                WHERE owner = \(writer) AND writer = \(other) AND number > \(taken)
                ORDER BY number LIMIT \(Self.maxTaken)
                """,
                operation: "reading what is offered"
            ) { (try $0.integer(), try $0.integer(), try $0.integer()) }
            guard let end = offers.last?.number else { return }
            let condition = """
                writer = \(other) AND \(ServerText.isOne("minute", of: Set(offers.map(\.minute))))
                    AND \(ServerText.isOne("number", of: offers.map(\.event)))
                """
            let reader = EventRowReader(
                connection: connection,
                names: ClusterNames.of(connection.address)
            )
            let mark = HandoverMark(writer: other, after: taken, through: end)
            let events = LoggedEvents(try reader.events(condition), names: reader.names)
            var handover = Handover(mark: mark)
            (handover.batch, handover.sources) = (events.batch, events.sources)
            try local.take(handover, now: now)
            taken = end
        }
    }

    /// How many events are taken over at a time, which bounds the memory.
    private static let maxTaken = 1_000

    /// The ids that owners wish for, version by version.
    private func wishes(
        _ answered: [Int64: Int64]
    ) throws -> [(owner: Int64, version: Int64, ids: [[UInt8]])] {
        let owners: [(owner: Int64, version: Int64)] = try connection.all(
            "SELECT owner, max(version) FROM wishes WHERE writer = \(writer) GROUP BY owner",
            operation: "looking what others wish for"
        ) { (try $0.integer(), try $0.integer()) }
        return try owners.compactMap { owner, version in
            let before = answered[owner] ?? 0  // none yet
            guard version > before else { return nil }
            let ids: [[UInt8]] = try connection.all(
                """
                SELECT DISTINCT request_id FROM wishes
                WHERE writer = \(writer) AND owner = \(owner) AND version > \(before) AND version <= \(version)
                """,
                operation: "looking what others wish for"
            ) { Array(try $0.text()) }
            return (owner, version, ids)
        }
    }
}
