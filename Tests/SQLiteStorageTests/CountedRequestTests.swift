import AgentEvents
import EventStorage
import Rollups
import SQLiteStorage
import Testing

/// Request ids with so many events that further ones are only counted.
struct CountedRequestTests {
    /// What is the same in whatever order events come.
    private static let sums = """
        SELECT count(*), sum(llm_calls), sum(tool_calls), sum(retry_events), sum(input_tokens),
            sum(output_tokens), sum(cost), min(begun_at), max(ended_at), max(outcome),
            max(has_escalation), (SELECT requests FROM store_counts) FROM requests
        """
    private static let events =
        "SELECT count(*), count(event_id), sum(timestamp / 1000000) FROM events"
    private static let ledger =
        "SELECT sum(events), sum(duplicates), sum(conflicting_duplicates) FROM ledger"

    /// Events of one id within a day, in no order, some of them logged twice.
    private static func drafts(_ count: Int, _ generator: inout SeededGenerator) -> [Draft] {
        let kinds = [EventKind.llmCall, .toolCall, .toolCall, .retry, .generic]
        return (0..<count).map { index in
            let kind = index == 17 ? .escalation : kinds[Int(generator.next() % 5)]
            let at = Double(generator.next() % 80_000)
            var draft = Draft(kind, request: "constant", at: at, offset: Int64(index), agent: "a")
            draft.event.uncachedInput = Optional64(Int64(generator.next() % 1_000))
            draft.event.output = Optional64(7)
            draft.event.cost = Optional64(Int64(index))
            draft.eventID = index % 3 == 0 ? "e\(index % (count - count / 20))" : nil
            return draft
        }
    }

    private func store(_ drafts: [Draft], inBatchesOf size: Int) throws -> StoreFixture {
        let fixture = try StoreFixture()
        var store = try fixture.open()
        for (number, start) in stride(from: 0, to: drafts.count, by: size).enumerated() {
            let part = Array(drafts[start..<min(start + size, drafts.count)])
            let batch = IngestBatch(part, from: Int64(number), to: Int64(number) + 1)
            _ = try store.commit(batch, now: .earliestAccepted)
            // What is kept in memory makes no difference.
            if number % 3 == 2 { store = try fixture.open() }
        }
        return fixture
    }

    @Test(
        "Counts, sums, extents and duplicates of an id with very many events are those of folding all",
        arguments: 1...2 as ClosedRange<UInt64>
    )
    func counted(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let drafts = Self.drafts(16_000, &generator)
        let whole = try store(drafts, inBatchesOf: drafts.count)
        let parts = try store(drafts, inBatchesOf: 3_000)
        #expect(try whole.rows("SELECT count(*) FROM long_requests") == ["integer(0)"])
        #expect(
            try parts.rows("SELECT events = (SELECT count(*) FROM events) FROM long_requests") == [
                "integer(1)"
            ]
        )
        for question in [Self.sums, Self.events, Self.ledger] {
            #expect(try parts.rows(question) == whole.rows(question), "seed \(seed): \(question)")
        }
        #expect(try parts.open().examine() == [])
    }

    @Test("Of an id with very many events the first and the last thousand are shown")
    func shown() throws {
        let drafts = (0..<13_000).map {
            Draft(.toolCall, request: "constant", at: Double($0), offset: Int64($0))
        }
        for size in [13_000, 1_000] {
            let fixture = try store(drafts, inBatchesOf: size)
            let detail = try #require(try fixture.open().request("constant"))
            #expect(detail.events.count == 2_000)
            #expect(detail.omitted == OmittedEvents(after: 1_000, count: 11_000))
            let offsets = detail.events.map(\.event.offset)
            #expect(offsets == Array(0..<1_000) + Array(12_000..<13_000), "\(size)")
            #expect(detail.requests.count == 1 && detail.events.allSatisfy { $0.part == 0 })
            #expect(detail.requests[0].row.toolCalls == 13_000)
        }
    }

    @Test("An id with very many events begins new requests as any other does, in order")
    func parts() throws {
        // Each 4,000 events a task ends, and the next call comes ten minutes later.
        let drafts = (0..<24_000).map { index in
            let isEnd = index % 4_000 == 3_999
            let at = Double(index) + Double(index / 4_000) * 600
            return Draft(
                isEnd ? .taskEnd : .toolCall,
                request: "constant",
                at: at,
                offset: Int64(index),
                outcome: isEnd ? .completed : nil
            )
        }
        let question =
            "SELECT part, tool_calls, begun_at, ended_at, outcome FROM requests ORDER BY 1"
        let whole = try store(drafts, inBatchesOf: drafts.count).rows(question)
        #expect(whole.count == 6)
        let fixture = try store(drafts, inBatchesOf: 1_500)
        #expect(try fixture.rows(question) == whole)
        #expect(try fixture.open().examine() == [])
    }

    @Test("Forgetting a source of an id with very many events leaves what the others make")
    func forgotten() throws {
        var generator = SeededGenerator(state: 5)
        let drafts = Self.drafts(26_000, &generator)
        let (fixture, alone) = (try StoreFixture(), try StoreFixture())
        let (store, other) = (try fixture.open(), try alone.open())
        for start in stride(from: 0, to: drafts.count, by: 2_000) {
            let part = Array(drafts[start..<start + 2_000]).map { draft in
                var draft = draft
                draft.eventID = nil
                return draft
            }
            for (path, stores) in [("/a", [store]), ("/b", [store, other])] {
                let own = part.filter { $0.event.offset % 2 == (path == "/a" ? 0 : 1) }
                let from = Int64(start / 2_000)
                let batch = IngestBatch(own, path: path, from: from, to: from + 1)
                for store in stores { _ = try store.commit(batch, now: .earliestAccepted) }
            }
        }
        #expect(try store.forget(path: "/a")?.events == 13_000)
        for question in [Self.sums, Self.events, "SELECT events FROM long_requests"] {
            #expect(try fixture.rows(question) == alone.rows(question), "\(question)")
        }
        #expect(try store.examine() == [])
    }
}
