import AgentEvents
import EventStorage
import SQLiteStorage
import Testing

struct CommitTests {
    /// What depends on the events alone: requests, what events take from them, agents.
    private static let questions = [
        "SELECT i.request_id, r.part, a.name, begun_at, started_at, ended_at, outcome, reported_latency, last_call_failed, has_escalation, is_looping, llm_calls, tool_calls, priced_calls, retry_events, input_tokens, cost, repeated_tool_calls, consecutive_tool_calls FROM requests r JOIN request_ids i ON i.id = r.request LEFT JOIN names a ON a.id = r.agent ORDER BY 1, 2",
        "SELECT e.kind, timestamp, line_offset, a.name, flags FROM events e LEFT JOIN names a ON a.id = e.agent ORDER BY line_offset",
        "SELECT a.name, ends_tasks_since FROM agents g LEFT JOIN names a ON a.id = g.agent ORDER BY 1",
    ]

    @Test(
        "Any order and any partition of the same events gives the same requests",
        arguments: 1...12 as ClosedRange<UInt64>
    )
    func orderDoesNotMatter(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let drafts = Draft.random(120, &generator)
        let whole = try StoreFixture()
        _ = try whole.open().commit(IngestBatch(drafts, from: 0, to: 1), now: .earliestAccepted)
        let expected = try Self.questions.map(whole.rows)
        for round in 0..<3 {
            let parts = try StoreFixture()
            let store = try parts.open()
            var rest = drafts.shuffled(using: &generator)[...]
            var offset: Int64 = 0
            while !rest.isEmpty {
                let part = rest.prefix(Int(generator.next() % 40) + 1)
                rest = rest.dropFirst(part.count)
                _ = try store.commit(
                    IngestBatch(Array(part), from: offset, to: offset + 1),
                    now: .earliestAccepted
                )
                offset += 1
            }
            for (question, answer) in zip(Self.questions, expected) {
                let rows = try parts.rows(question)
                let difference = Set(rows).symmetricDifference(answer)
                #expect(rows == answer, "seed \(seed), round \(round): \(difference)")
            }
        }
    }

    @Test("An event_id is stored once for its request and event, in one batch and across batches")
    func duplicates() throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        func draft(
            _ kind: EventKind,
            _ request: String,
            _ offset: Int64,
            at seconds: Double = 0
        ) -> Draft {
            var draft = Draft(kind, request: request, at: seconds, offset: offset)
            draft.eventID = "e1"
            return draft
        }
        let first = try store.commit(
            IngestBatch(
                [
                    draft(.llmCall, "r", 0), draft(.llmCall, "r", 1), draft(.toolCall, "r", 2),
                    draft(.llmCall, "s", 3),
                ],
                from: 0,
                to: 4
            ),
            now: .earliestAccepted
        )
        #expect(first.events == 3)
        #expect(first.duplicates == 1)
        #expect(first.conflictingDuplicates == 0)
        let second = try store.commit(
            IngestBatch([draft(.llmCall, "r", 4), draft(.llmCall, "s", 5, at: 7)], from: 4, to: 6),
            now: .earliestAccepted
        )
        #expect(second.events == 0)
        #expect(second.duplicates == 2)
        #expect(second.conflictingDuplicates == 1)
        #expect(
            try fixture.rows("SELECT sum(llm_calls), sum(tool_calls) FROM requests") == [
                "integer(2)|integer(1)"
            ]
        )
        #expect(
            try fixture.rows(
                "SELECT sum(events), sum(duplicates), sum(conflicting_duplicates) FROM ledger"
            ) == ["integer(3)|integer(3)|integer(1)"]
        )
    }

    @Test("A batch from an offset that another reader has passed is refused, and stores nothing")
    func staleOffset() throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        let batch = IngestBatch([Draft(.llmCall, request: "r", at: 0, offset: 0)], from: 0, to: 5)
        _ = try store.commit(batch, now: .earliestAccepted)
        #expect(throws: StoreError.self) { try store.commit(batch, now: .earliestAccepted) }
        #expect(try fixture.rows("SELECT count(*) FROM events") == ["integer(1)"])
        // The store goes on after the refusal.
        _ = try store.commit(
            IngestBatch(
                [Draft(.llmCall, request: "r", at: 1, offset: 5, agent: "late")],
                from: 5,
                to: 9
            ),
            now: .earliestAccepted
        )
        #expect(
            try fixture.rows("SELECT request_id, agent, llm_calls FROM request_summary") == [
                "text(\"r\")|text(\"late\")|integer(2)"
            ]
        )
    }

    @Test("A request id without events is not stored, and is new when its first event comes")
    func idWithoutEvents() throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        let draft = Draft(.llmCall, request: "r", at: 0, offset: 0)
        var batch = IngestBatch([draft], from: 0, to: 1)
        batch.events.events = []
        batch.sources[0].ledger = SourceLedger()
        _ = try store.commit(batch, now: .earliestAccepted)
        #expect(try fixture.rows("SELECT count(*) FROM request_ids") == ["integer(0)"])
        _ = try store.commit(IngestBatch([draft], from: 1, to: 2), now: .earliestAccepted)
        try store.sync()
        #expect(try fixture.rows("SELECT count(*) FROM request_hashes") == ["integer(1)"])
        #expect(try store.request("r")?.events.count == 1)
    }

    @Test("At most the newest 1,000 rejected lines and the first 20 others of a source are kept")
    func rejects() throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        for round in 0..<3 {
            var batch = IngestBatch([], from: Int64(round), to: Int64(round + 1))
            for index in 0..<600 {
                for reason in [RejectionReason.invalidJSON, .notAnEvent] {
                    let rejection = LineRejection(
                        offset: Int64(round * 600 + index),
                        reason: reason,
                        bytes: [0xFF],
                        length: 1
                    )
                    #expect(batch.sources[0].keep(rejection) == 0)
                }
            }
            batch.sources[0].ledger.lines = 1_200
            batch.sources[0].ledger.rejected = 600
            batch.sources[0].ledger.skipped = 600
            _ = try store.commit(batch, now: .earliestAccepted)
        }
        #expect(
            try fixture.rows(
                "SELECT reason, count(*), min(line_offset) FROM rejects GROUP BY 1 ORDER BY 1"
            ) == [
                "text(\"invalid_json\")|integer(1000)|integer(800)",
                "text(\"not_an_event\")|integer(20)|integer(0)",
            ]
        )
        #expect(
            try fixture.rows("SELECT sum(rejected), sum(skipped) FROM ledger") == [
                "integer(1800)|integer(1800)"
            ]
        )
    }
}
