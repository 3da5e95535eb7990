import AgentEvents
import EventStorage
import Rollups
import SQLiteStorage
import Testing

/// Two machines that log the same request ids have together what one machine would have that reads both logs.
struct HandoverTests {
    private let owner: StoreFixture
    private let other: StoreFixture
    private let alone: StoreFixture

    init() throws { (owner, other, alone) = (try .init(), try .init(), try .init()) }

    @Test(
        "Events go to the owner of their id, whatever comes meanwhile, and are counted once",
        arguments: 1...24 as ClosedRange<UInt64>
    )
    func random(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        var machines = try Machines(owner: owner, other: other)
        let single = try alone.open(minuteCellsFrom: 3)
        var drafts = Draft.random(300, &generator)
        for index in drafts.indices where generator.next() % 4 == 0 {
            drafts[index].eventID = "e\(index)"
            var copy = drafts[index]
            copy.event.offset = Int64(drafts.count)
            drafts.append(copy)
        }
        drafts.shuffle(using: &generator)
        var offset = 0
        while offset < drafts.count {
            let part = Array(drafts[offset...].prefix(Int(generator.next() % 50) + 1))
            offset += part.count
            try machines.commit(part, toOwner: generator.next() % 2 == 0, minute: offset)
            for _ in 0..<generator.next() % 5 { try machines.step(generator.next() % 4) }
            if generator.next() % 9 == 0 {
                _ = try machines.other.rebuildCells()
                _ = try machines.owner.rebuildCells()
            }
        }
        try machines.settle()
        for part in machines.committed {
            _ = try single.commit(
                IngestBatch(part.drafts, path: part.path, from: 0, to: 0),
                now: .earliestAccepted
            )
        }
        let differences = try machines.differences(from: alone)
        #expect(differences == [], "seed \(seed)")
        #expect(try machines.owner.examine().map(\.text) == [], "seed \(seed)")
        #expect(try machines.other.examine().map(\.text) == [], "seed \(seed)")
        let left = "SELECT count(*) FROM events WHERE request IS NOT NULL"
        #expect(try other.rows(left) == ["integer(0)"], "seed \(seed)")
        #expect(try machines.owner.positions().allSatisfy { $0.path == "/owner" })
    }

    @Test("What was taken is not taken again")
    func takenOnce() throws {
        let machines = try Machines(owner: owner, other: other)
        let mark = HandoverMark(writer: 2, after: 0, through: 3)
        try machines.owner.take(Handover(mark: mark), now: .earliestAccepted)
        #expect(try machines.owner.handoverState().taken == [2: 3])
        let error = try #require(throws: StoreError.self) {
            try machines.owner.take(Handover(mark: mark), now: .earliestAccepted)
        }
        #expect(error.code == .moved)
    }

    @Test("An id with very many events is handed over in part, and then whole")
    func longID() throws {
        var machines = try Machines(owner: owner, other: other)
        let drafts = (0..<10_400).map { index in
            Draft(.llmCall, request: "long", at: Double(index), offset: Int64(index), latency: 0.5)
        }
        try machines.commit(drafts, toOwner: false, minute: 0)
        try machines.sendNew()
        try machines.offer()
        try machines.take(most: 300)
        try machines.release()
        #expect(try other.rows("SELECT events FROM long_requests") == ["integer(10100)"])
        #expect(try machines.other.examine().map(\.text) == [])
        try machines.settle()
        #expect(try other.rows("SELECT count(*) FROM events") == ["integer(0)"])
        #expect(try owner.rows("SELECT llm_calls FROM requests") == ["integer(10400)"])
        #expect(try machines.owner.examine().map(\.text) == [])
        #expect(try machines.other.examine().map(\.text) == [])
    }
}

/// A machine that owns all ids, another one, and what a server would do between them.
private struct Machines {
    let owner: SQLiteStore
    let other: SQLiteStore
    private let fixtures: (owner: StoreFixture, other: StoreFixture)
    private(set) var committed: [(drafts: [Draft], path: String)] = []
    private var byOffset: [Int64: Draft] = [:]
    private var sent: [Int64: Draft] = [:]
    private var offers: [ShippedOffer] = []
    private var taken: Int64 = 0

    init(owner: StoreFixture, other: StoreFixture) throws {
        fixtures = (owner, other)
        self.owner = try owner.open(minuteCellsFrom: 3)
        self.other = try other.open(minuteCellsFrom: 3)
        try self.owner.joinCluster(as: 1, of: [5])
        try self.other.joinCluster(as: 2, of: [5])
    }

    mutating func commit(_ drafts: [Draft], toOwner: Bool, minute: Int) throws {
        let path = toOwner ? "/owner" : "/other"
        let batch = IngestBatch(drafts, path: path, from: 0, to: 0)
        let now = Timestamp(micros: Int64(minute) * Micros.minute)
        _ = try (toOwner ? owner : other).commit(batch, now: now)
        committed.append((drafts, path))
        for draft in drafts { byOffset[draft.event.offset] = draft }
    }

    mutating func step(_ step: UInt64) throws {
        switch step {
        case 0: try sendNew()
        case 1: try offer()
        case 2: try take(most: 20)
        default: try release()
        }
    }

    mutating func settle() throws {
        try sendNew()
        try offer()
        try take(most: .max)
        try release()
    }

    /// Sends everything, and offers what is new.
    mutating func sendNew() throws {
        while let shipment = try other.nextShipment() {
            switch shipment.rows {
            case .events(let events) where events.areNew:
                for (event, number) in zip(events.batch.events, events.numbers) {
                    sent[number] = byOffset[event.offset]
                }
                let ids = (1..<UInt32(events.batch.requestIDs.count + 1)).map { index in
                    SharedID(id: Array(events.batch.requestIDs[index]), owner: 1)
                }
                _ = try other.offer(ids, sentWith: shipment)
            case .offers(let more): offers += more
            default: break
            }
            try other.acknowledge(shipment)
        }
    }

    /// Answers a wish for all ids that may still be there.
    mutating func offer() throws {
        let ids = (0..<6).map { SharedID(id: Array("r\($0)".utf8), owner: 1) }
        _ = try other.offer(ids, sentWith: nil)
        try sendNew()
    }

    mutating func take(most: Int) throws {
        let part = offers.filter { $0.number > taken }.prefix(most)
        guard let last = part.last?.number else { return }
        var handover = Handover(mark: HandoverMark(writer: 2, after: taken, through: last))
        let drafts = part.compactMap { sent[$0.event] }
        handover.batch = IngestBatch(drafts, path: "/other", from: 0, to: 0).events
        handover.sources = ["/other"]
        try owner.take(handover, now: .earliestAccepted)
        taken = last
    }

    func release() throws { _ = try other.release(takenBy: 1, through: taken) }

    /// What only both together have, or only one that has read all.
    func differences(from alone: StoreFixture) throws -> [String] {
        let questions = [
            """
            SELECT 'request', i.request_id, part, a.name, begun_at, ended_at, outcome, llm_calls, tool_calls, cost,
                input_tokens, retry_events, is_looping FROM requests r JOIN request_ids i ON i.id = r.request
                LEFT JOIN names a ON a.id = r.agent
            """,
            """
            SELECT 'event', e.kind, e.timestamp, i.request_id, a.name, n.name, flags,
                EXISTS (SELECT 1 FROM orphan_events o WHERE o.event = e.id)
            FROM events e LEFT JOIN request_ids i ON i.id = e.request
            LEFT JOIN names a ON a.id = e.agent LEFT JOIN names n ON n.id = e.subject
            """,
        ]
        let sums =
            "SELECT sum(events), sum(duplicates), sum(conflicting_duplicates), sum(lines) FROM ledger"
        var differences: [String] = []
        for question in questions {
            let both = try fixtures.owner.rows(question) + fixtures.other.rows(question)
            let theirs = try alone.rows(question)
            for change in theirs.sorted().difference(from: both.sorted()) {
                switch change {
                case .insert(_, let line, _): differences.append("alone: \(line)")
                case .remove(_, let line, _): differences.append("together: \(line)")
                }
            }
        }
        let counts = try [fixtures.owner, fixtures.other].map { try $0.rows(sums) }
        let single = try alone.rows(sums)
        if Self.added(counts) != Self.added([single]) {
            differences.append("ledger: \(counts) and alone \(single)")
        }
        return Array(differences.prefix(6))
    }

    private static func added(_ rows: [[String]]) -> [Int] {
        let numbers = rows.map { row in
            row.joined().split(separator: "|").map { Int($0.filter("-0123456789".contains)) ?? 0 }
        }
        return (0..<4).map { column in numbers.reduce(0) { $0 + $1[column] } }
    }
}
