import AgentEvents
import EventStorage
import SQLiteStorage
import Testing

struct LongRequestTests {
    private static let questions = [
        "SELECT i.request_id, r.* FROM requests r JOIN request_ids i ON i.id = r.request ORDER BY 1, part",
        """
        SELECT s.path, e.kind, timestamp, line_offset, i.request_id, a.name, flags, event_id, attempt
        FROM events e JOIN sources s ON s.id = e.source LEFT JOIN names a ON a.id = e.agent
        LEFT JOIN request_ids i ON i.id = e.request ORDER BY s.path, line_offset
        """,
        "SELECT a.name, ends_tasks_since FROM agents g LEFT JOIN names a ON a.id = g.agent ORDER BY 1",
        "SELECT sum(events), sum(duplicates), sum(conflicting_duplicates) FROM ledger",
    ]

    /// A few requests with hundreds of events each: mostly in order, some late, some repeated, ids used
    /// again after days, names and retries that come when there are many events already.
    private static func drafts(_ generator: inout SeededGenerator) -> [Draft] {
        var time = 0.0
        var drafts = Draft.random(900, &generator)
        for index in drafts.indices {
            time += generator.next() % 400 == 0 ? 90_000 : Double(generator.next() % 20)
            let isLate = generator.next() % 150 == 0
            let at = Draft(.generic, request: nil, at: isLate ? time / 2 : time, offset: 0)
            drafts[index].event.timestamp = at.event.timestamp
            drafts[index].request = "r\(generator.next() % 2)"
            // Whole requests go without a name, or without a retry, for a long time.
            if index % 700 < 600 { drafts[index].agent = nil }
            if drafts[index].event.kind == .retry, index % 700 < 650 {
                drafts[index].event.kind = .generic
            }
            if drafts[index].event.kind == .taskEnd, generator.next() % 8 > 0 {
                drafts[index].event.kind = .llmCall
                drafts[index].event.outcomeCode = 0
            }
            drafts[index].eventID = generator.next() % 2 == 0 ? "e\(index)" : nil
            guard index > 0, generator.next() % 30 == 0 else { continue }
            // An event that was logged twice, perhaps with another content.
            let first = drafts[Int(generator.next() % UInt64(index))]
            guard first.eventID != nil else { continue }
            drafts[index].eventID = first.eventID
            drafts[index].request = first.request
            drafts[index].event.kind = first.event.kind
            drafts[index].subject = first.subject
        }
        return drafts
    }

    private func whole(_ drafts: [Draft]) throws -> [[String]] {
        let fixture = try StoreFixture()
        _ = try fixture.open().commit(IngestBatch(drafts, from: 0, to: 1), now: .earliestAccepted)
        return try Self.questions.map(fixture.rows)
    }

    @Test(
        "Requests with very many events come out the same in small commits as in one",
        arguments: 1...4 as ClosedRange<UInt64>
    )
    func partitions(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let drafts = Self.drafts(&generator)
        let expected = try whole(drafts)
        let fixture = try StoreFixture()
        var store = try fixture.open()
        var (rest, offset) = (drafts[...], Int64(0))
        while !rest.isEmpty {
            let part = Array(rest.prefix(Int(generator.next() % 40) + 1))
            rest = rest.dropFirst(part.count)
            let batch = IngestBatch(part, from: offset, to: offset + 1)
            _ = try store.commit(batch, now: .earliestAccepted)
            offset += 1
            switch generator.next() % 40 {
            case 0: store = try fixture.open()
            case 1:
                // What another process writes makes the store look again.
                try fixture.open().heartbeat(nil)
                try fixture.open().replaceThresholds([], receivers: [])
            case 2:
                // So does a commit that fails.
                #expect(throws: StoreError.self) {
                    try store.commit(batch, now: .earliestAccepted)
                }
            default: break
            }
        }
        for (question, answer) in zip(Self.questions, expected) {
            let rows = try fixture.rows(question)
            let difference = Set(rows).symmetricDifference(answer)
            #expect(rows == answer, "seed \(seed): \(difference.prefix(6))")
        }
    }

    @Test("Two stores that write to one long request in turn agree with one that writes alone")
    func twoWriters() throws {
        var generator = SeededGenerator(state: 7)
        let drafts = Self.drafts(&generator)
        let expected = try whole(drafts)
        let fixture = try StoreFixture()
        let stores = [try fixture.open(), try fixture.open()]
        for (index, start) in stride(from: 0, to: drafts.count, by: 20).enumerated() {
            let batch = IngestBatch(
                Array(drafts[start..<min(start + 20, drafts.count)]),
                from: Int64(index),
                to: Int64(index + 1)
            )
            _ = try stores[index / 3 % 2].commit(batch, now: .earliestAccepted)
        }
        #expect(try Self.questions.map(fixture.rows) == expected)
    }

    @Test("A request that another store forgot in part is not gone on with from memory")
    func forgottenElsewhere() throws {
        let (fixture, alone) = (try StoreFixture(), try StoreFixture())
        let (store, other) = (try fixture.open(), try alone.open())
        func drafts(_ range: Range<Int>) -> [Draft] {
            range.map { Draft(.llmCall, request: "r", at: Double($0), offset: Int64($0)) }
        }
        func read(
            _ range: Range<Int>,
            _ path: String,
            _ from: Int64,
            into store: SQLiteStore
        ) throws {
            let batch = IngestBatch(drafts(range), path: path, from: from, to: from + 1)
            _ = try store.commit(batch, now: .earliestAccepted)
        }
        try read(0..<300, "/a", 0, into: store)
        for (store, index) in [(store, 0), (other, 0), (store, 1), (other, 1)] {
            let start = 300 + index * 10
            try read(start..<start + 10, "/b", Int64(index), into: store)
        }
        #expect(try fixture.open().forget(path: "/a")?.events == 300)
        for store in [store, other] { try read(320..<330, "/b", 2, into: store) }
        let question = "SELECT llm_calls, started_at, ended_at FROM request_summary"
        #expect(try fixture.rows(question) == alone.rows(question))
        #expect(try fixture.rows(question).first?.hasPrefix("integer(30)") == true)
    }
}
