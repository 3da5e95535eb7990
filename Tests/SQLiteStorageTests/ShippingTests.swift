import AgentEvents
import EventStorage
import Rollups
import SQLiteStorage
import Testing

/// What a store sends makes a copy of it, whatever is sent twice or lost on the way.
struct ShippingTests {
    private let fixture: StoreFixture
    private let store: SQLiteStore

    init() throws {
        fixture = try StoreFixture()
        store = try fixture.open(minuteCellsFrom: 3)
    }

    @Test("A store that belongs to no cluster sends nothing")
    func alone() throws {
        #expect(try store.nextShipment() == nil)
        #expect(try store.clusterName() == nil)
    }

    @Test("A store that was sent to one database is not sent in part to another")
    func elsewhere() throws {
        try store.joinCluster(as: 1, of: [5, 6])
        let error = try #require(throws: StoreError.self) {
            try store.joinCluster(as: 1, of: [6])
        }
        #expect(error.code == .refused)
        #expect(try store.clusterName() == 1)
    }

    @Test("What it stored before it joins is sent like what comes later", arguments: [true, false])
    func joins(joinsFirst: Bool) throws {
        if joinsFirst { try store.joinCluster(as: 7, of: [5]) }
        var generator = SeededGenerator(state: 3)
        let drafts = Draft.random(200, &generator)
        _ = try store.commit(IngestBatch(drafts, from: 0, to: 1), now: .earliestAccepted)
        if !joinsFirst { try store.joinCluster(as: 7, of: [5]) }
        try store.joinCluster(as: 8, of: [4, 5])
        var mirror = Mirror()
        try mirror.drain(store)
        #expect(mirror.writers == [7])
        #expect(try mirror.lines == Mirror.stored(fixture))
        #expect(mirror.lines.count > 250)
        #expect(try store.nextShipment() == nil)
    }

    @Test(
        "Shipments that arrive twice, in part or after others change nothing",
        arguments: 1...12 as ClosedRange<UInt64>
    )
    func random(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        try store.joinCluster(as: 1, of: [5])
        var mirror = Mirror()
        var drafts = Draft.random(300, &generator)[...]
        var offset: Int64 = 0
        while !drafts.isEmpty {
            let many = Int(generator.next() % 40) + 1
            let path = "/log\(generator.next() % 2)"
            let batch = IngestBatch(Array(drafts.prefix(many)), path: path, from: 0, to: 0)
            drafts = drafts.dropFirst(many)
            _ = try store.commit(batch, now: Timestamp(micros: offset * Micros.minute))
            offset += 1
            for _ in 0..<generator.next() % 4 {
                guard let shipment = try store.nextShipment() else { break }
                switch generator.next() % 4 {
                case 0: break  // lost
                case 1: mirror.take(shipment)  // arrived, but nobody was told
                default:
                    mirror.take(shipment)
                    try store.acknowledge(shipment)
                }
            }
            if generator.next() % 9 == 0 { _ = try store.forget(path: "/log0") }
            if generator.next() % 9 == 0 { _ = try store.rebuildCells() }
        }
        try mirror.drain(store)
        let differences = try mirror.differences(from: fixture)
        #expect(differences == [], "seed \(seed)")
    }

    @Test(
        "An agent that ended a task on another machine ends its tasks here, in the rollups, too",
        arguments: 1...4 as ClosedRange<UInt64>
    )
    func learns(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        try store.joinCluster(as: 1, of: [5])
        let drafts = Draft.random(200, &generator).filter { $0.event.kind != .taskEnd }
        _ = try store.commit(IngestBatch(drafts, from: 0, to: 1), now: .earliestAccepted)
        let unfinished = """
            SELECT count(*) FROM cells c JOIN cell_keys k ON k.id = c.key WHERE c.series = 3 AND k.code = 5
            """
        #expect(try fixture.rows(unfinished) == ["integer(0)"])
        let middle = Timestamp(micros: 1_767_700_000 * Micros.second)
        let agents = ["a0": middle, "a1": .earliestAccepted, "": middle, "nobody": middle]
        #expect(try store.learn(endsTasksSince: agents))
        #expect(try !store.learn(endsTasksSince: agents))
        #expect(try fixture.rows(unfinished) != ["integer(0)"], "seed \(seed)")
        #expect(try store.examine().map(\.text) == [], "seed \(seed)")
        let known = try store.read { try $0.endsTasksSince().count }
        #expect(known == 3, "seed \(seed)")
        var mirror = Mirror()
        try mirror.drain(store)
        let differences = try mirror.differences(from: fixture)
        #expect(differences == [], "seed \(seed)")
        #expect(try store.learn(endsTasksSince: [:]))
        #expect(try fixture.rows(unfinished) == ["integer(0)"], "seed \(seed)")
    }

    @Test("What changes while a shipment is on its way is sent with the next one")
    func changesMeanwhile() throws {
        try store.joinCluster(as: 1, of: [5])
        var mirror = Mirror()
        let first = Draft(.llmCall, request: "r", at: 0, offset: 0, latency: 1)
        _ = try store.commit(IngestBatch([first], from: 0, to: 0), now: .earliestAccepted)
        try mirror.drain(store)
        let second = Draft(.llmCall, request: "r", at: 100, offset: 1, agent: "a", latency: 1)
        _ = try store.commit(IngestBatch([second], from: 0, to: 0), now: .earliestAccepted)
        while let shipment = try store.nextShipment() {
            // Each time before it is known to have arrived; at last nothing else is sent.
            let third = Draft(.taskEnd, request: "r", at: 200, offset: 2, outcome: .completed)
            if mirror.lines.count < 60 {
                _ = try store.commit(IngestBatch([third], from: 0, to: 0), now: .earliestAccepted)
            }
            mirror.take(shipment)
            try store.acknowledge(shipment)
        }
        #expect(try mirror.lines == Mirror.stored(fixture))
    }

    @Test("Events with long texts are sent some at a time")
    func longTexts() throws {
        try store.joinCluster(as: 1, of: [5])
        let drafts = (0..<900).map { index in
            var draft = Draft(.generic, request: nil, at: Double(index), offset: Int64(index))
            draft.eventID = "\(index)" + String(repeating: "x", count: 60_000)
            return draft
        }
        _ = try store.commit(IngestBatch(drafts, from: 0, to: 1), now: .earliestAccepted)
        var mirror = Mirror()
        var sizes: [Int] = []
        while let shipment = try store.nextShipment() {
            if case .events(let events) = shipment.rows { sizes.append(events.numbers.count) }
            mirror.take(shipment)
            try store.acknowledge(shipment)
        }
        #expect(sizes == [768, 132])
        #expect(try mirror.differences(from: fixture) == [])
    }

    @Test("What is pruned stays where it was sent, and nothing is pruned before")
    func pruning() throws {
        try store.joinCluster(as: 1, of: [5])
        var generator = SeededGenerator(state: 5)
        var drafts = Draft.random(300, &generator)
        for index in drafts.indices where drafts[index].request != nil {
            // Ids that end before the horizon.
            drafts[index].request = "h\(drafts[index].event.timestamp.micros / Micros.hour)"
        }
        _ = try store.commit(IngestBatch(drafts, from: 0, to: 1), now: .earliestAccepted)
        let horizon = RetentionHorizon(
            rows: Timestamp(micros: 1_767_690_000 * Micros.second),
            cells: Timestamp(micros: 1_767_657_600 * Micros.second)
        )
        let error = try #require(throws: StoreError.self) {
            try store.prune(to: horizon, betweenSteps: {})
        }
        #expect(error.code == .busy)
        var mirror = Mirror()
        try mirror.drain(store)
        let before = mirror.lines
        let pruned = try store.prune(to: horizon, betweenSteps: {})
        #expect(pruned.events > 50)
        #expect(pruned.cells > 10)
        try mirror.drain(store)
        #expect(mirror.lines == before)
        // What it says of itself is about what was sent, also where that is gone here.
        let known = try #require(mirror.standing)
        let later = Draft(.toolCall, request: nil, at: 200_000, offset: 300)
        _ = try store.commit(IngestBatch([later], from: 1, to: 2), now: .earliestAccepted)
        try mirror.drain(store)
        let standing = try #require(mirror.standing)
        #expect(standing.events == known.events + 1)
        #expect(standing.requests == known.requests)
        #expect(standing.oldestEvent == known.oldestEvent)
        #expect(try store.read { try $0.oldestEvent() } != known.oldestEvent)
    }

    @Test("What other machines have pruned is taken no more, also by a store that is empty")
    func raisedHorizon() throws {
        try store.joinCluster(as: 1, of: [5])
        let early = Draft(.llmCall, request: "r", at: 0, offset: 0)
        let late = Draft(.llmCall, request: "s", at: 9_000, offset: 1)
        let horizon = RetentionHorizon(
            rows: early.event.timestamp + 2 * Micros.hour,
            cells: .distantPast
        )
        #expect(try store.raiseHorizon(to: horizon))
        let report = try store.commit(
            IngestBatch([early, late], from: 0, to: 1),
            now: .earliestAccepted
        )
        #expect(report.expired == 1)
        #expect(try store.read { try $0.horizon() } == horizon)
        var mirror = Mirror()
        try mirror.drain(store)
        #expect(try store.prune(to: horizon, betweenSteps: {}).events == 0)
        #expect(try !store.raiseHorizon(to: horizon))
        #expect(try !store.raiseHorizon(to: .none))
    }
}

/// What a server would have.
private struct Mirror {
    private struct Entry {
        var version: Int64
        /// `nil` for what is gone.
        var line: String?
    }

    private(set) var writers: Set<Int64> = []
    /// What the writer said of itself last.
    private(set) var standing: WriterStanding?
    private var entries: [String: Entry] = [:]

    /// Everything that is there, in order.
    var lines: [String] {
        entries.compactMap { key, entry in entry.line.map { "\(key) = \($0)" } }.sorted()
    }

    /// What only one of the two has, at most a few lines.
    func differences(from fixture: StoreFixture) throws -> [String] {
        let (ours, theirs) = (lines, try Self.stored(fixture))
        let changes = theirs.difference(from: ours)
        return (changes.insertions.prefix(3) + changes.removals.prefix(3)).map { change in
            switch change {
            case .insert(_, let line, _): "stored alone: \(line)"
            case .remove(_, let line, _): "sent alone: \(line)"
            }
        }
    }

    mutating func drain(_ store: SQLiteStore) throws {
        while let shipment = try store.nextShipment() {
            take(shipment)
            try store.acknowledge(shipment)
        }
    }

    mutating func take(_ shipment: Shipment) {
        writers.insert(shipment.writer)
        func put(_ key: String, _ line: String?) {
            let known = entries[key]?.version ?? 0  // nothing is there
            if known <= shipment.version {
                entries[key] = Entry(version: shipment.version, line: line)
            }
        }
        switch shipment.rows {
        case .events(let events):
            for (event, number) in zip(events.batch.events, events.numbers) {
                let minute = event.timestamp.micros / Micros.minute
                put("event \(minute) \(number)", Self.line(event, events))
            }
            for (number, minute) in events.removed { put("event \(minute) \(number)", nil) }
        case .requests(let requests):
            for (row, id) in zip(requests.rows, requests.ids) {
                let minute = row.endedAt.micros / Micros.minute
                let texts = [
                    requests.batch.requestID(id), requests.batch.name(row.agent),
                    "\(row.begunAt.micros)", "\(row.endedAt.micros)", "\(row.llmCalls)",
                    "\(row.outcomeCode)",
                ]
                put(
                    "request \(minute) \(row.key) \(row.part)",
                    texts.map { $0 ?? "" }.joined(separator: "|")
                )
            }
            for place in requests.removed {
                put("request \(place.minute) \(place.number) \(place.part)", nil)
            }
        case .cells(let cells):
            for cell in cells {
                put(
                    "cell \(cell.series) \(cell.width) \(cell.bucket) \(cell.key)",
                    cell.cell.map { "\(Self.text(cell.agent))|\($0.map { Hex.of($0) }.joined())" }
                )
            }
        case .quarters(let quarters):
            for quarter in quarters {
                put("quarter \(quarter.bucket)", quarter.units == 0 ? nil : "\(quarter.units)")
            }
        case .ledger(let ledger):
            for entry in ledger {
                let isGone = entry.ledger == SourceLedger()
                put(
                    "ledger \(entry.source) \(entry.minute)",
                    isGone ? nil : "\(entry.ledger.lines)|\(entry.ledger.events)"
                )
            }
        case .standing(let standing): self.standing = standing
        case .names, .offers: break
        }
    }

    private enum Hex {
        static func of(_ byte: UInt8) -> String {
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count == 1 ? "0" + digits : digits
        }
    }

    private static func text(_ name: ShippedCell.Name) -> String {
        switch name {
        case .none: ""
        case .others: "others"
        case .name(let text): text
        }
    }

    private static func line(_ event: AgentEvent, _ events: ShippedEvents) -> String {
        let texts = [
            "\(event.kind.rawValue)", "\(event.timestamp.micros)",
            events.batch.requestID(event.request), events.batch.name(event.agent),
            events.batch.name(event.subject), events.sources[Int(event.source)],
            "\(event.offset)", "\(event.errorClassCode)",
            "\(event.flags.subtracting(.orphan).rawValue)",
            event.flags.contains(.orphan) ? "orphan" : "",
        ]
        return texts.map { $0 ?? "" }.joined(separator: "|")
    }

    /// What the store has, as lines of the same shape.
    static func stored(_ fixture: StoreFixture) throws -> [String] {
        let questions = [
            """
            SELECT 'event ' || (e.timestamp / 60000000) || ' ' || e.id || ' = ' || e.kind || '|' || e.timestamp || '|'
                || ifnull(i.request_id, '') || '|' || ifnull(a.name, '') || '|' || ifnull(n.name, '') || '|'
                || s.path || '|' || line_offset || '|' || ifnull(error_class, 0) || '|' || e.flags || '|'
                || iif(EXISTS (SELECT 1 FROM orphan_events o WHERE o.event = e.id), 'orphan', '')
            FROM events e JOIN sources s ON s.id = e.source LEFT JOIN request_ids i ON i.id = e.request
            LEFT JOIN names a ON a.id = e.agent LEFT JOIN names n ON n.id = e.subject
            """,
            """
            SELECT 'request ' || (ended_at / 60000000) || ' ' || request || ' ' || part || ' = ' || i.request_id
                || '|' || ifnull(a.name, '') || '|' || begun_at || '|' || ended_at || '|' || llm_calls || '|'
                || ifnull(outcome, 0)
            FROM requests r JOIN request_ids i ON i.id = r.request LEFT JOIN names a ON a.id = r.agent
            """,
            """
            SELECT 'cell ' || c.series || ' ' || width || ' ' || bucket || ' ' || key || ' = '
                || iif(width > 4, '', ifnull(a.name, '')) || '|' || hex(cell)
            FROM cells c LEFT JOIN cell_keys k ON k.id = c.key LEFT JOIN names a ON a.id = k.agent
            """,
            "SELECT 'quarter ' || bucket || ' = ' || units FROM quarters",
            """
            SELECT 'ledger ' || source || ' ' || minute || ' = ' || lines || '|' || events FROM ledger
            """,
        ]
        return try questions.flatMap(fixture.rows).map {
            // The console shows texts in quotes.
            $0.hasPrefix("text(") ? String($0.dropFirst(6).dropLast(2)) : $0
        }.sorted()
    }
}
