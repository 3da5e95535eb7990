import AgentEvents
import EventStorage
import SQLiteStorage
import Testing

struct ForgetTests {
    private let fixture: StoreFixture
    private let store: SQLiteStore

    init() throws {
        fixture = try StoreFixture()
        store = try fixture.open()
    }

    /// Everything that people see, without row ids.
    private static let questions = [
        """
        SELECT time, request_id, agent, user_id, session_id, model, success, latency_ms, input_tokens,
            attempt, event_id, source, line_offset FROM llm_calls ORDER BY source, line_offset
        """,
        """
        SELECT time, request_id, agent, tool, success, latency_ms, source, line_offset
        FROM tool_calls ORDER BY source, line_offset
        """,
        """
        SELECT request_id, part, agent, user_id, session_id, started_at, ended_at, closed_at, outcome,
            failed, escalated, latency_ms, llm_calls, tool_calls, input_tokens, looping,
            repeated_tool_calls, consecutive_tool_calls, retry_events
        FROM request_summary ORDER BY request_id, part
        """,
        """
        SELECT e.kind, timestamp, i.request_id, a.name, e.flags, s.path, line_offset
        FROM events e JOIN sources s ON s.id = e.source LEFT JOIN names a ON a.id = e.agent
        LEFT JOIN request_ids i ON i.id = e.request ORDER BY s.path, line_offset
        """,
        "SELECT a.name, ends_tasks_since FROM agents g LEFT JOIN names a ON a.id = g.agent ORDER BY 1",
        """
        SELECT a.name, completed, decided FROM agent_outcomes g LEFT JOIN names a ON a.id = g.agent
        ORDER BY 1
        """,
        "SELECT request_id FROM request_ids ORDER BY 1",
        "SELECT hash FROM request_hashes ORDER BY 1",
        "SELECT path, lines, events FROM ledger l JOIN sources s ON s.id = l.source ORDER BY 1",
        "SELECT path, field, count FROM field_errors f JOIN sources s ON s.id = f.source ORDER BY 1",
        "SELECT path, line_offset FROM rejects r JOIN sources s ON s.id = r.source ORDER BY 1",
    ]

    private func answers(_ fixture: StoreFixture) throws -> [[String]] {
        try Self.questions.map(fixture.rows)
    }

    /// Reads a source in batches of a few events.
    private func read(_ drafts: [Draft], _ path: String, into store: SQLiteStore) throws {
        var offset: Int64 = 0
        var rest = drafts[...]
        while !rest.isEmpty {
            var batch = IngestBatch(
                Array(rest.prefix(20)),
                path: path,
                from: offset,
                to: offset + 1
            )
            batch.sources[0].fieldErrors = ["cost_usd": 1]
            let rejection = LineRejection(
                offset: offset,
                reason: .invalidJSON,
                bytes: [0x7B],
                length: 1
            )
            #expect(batch.sources[0].keep(rejection) == 0)
            _ = try store.commit(batch, now: .earliestAccepted)
            rest = rest.dropFirst(20)
            offset += 1
        }
        try store.sync()
    }

    @Test(
        "Forgetting one of two sources leaves what the other makes alone; reading it again, both",
        arguments: 1...10 as ClosedRange<UInt64>
    )
    func forgetOne(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let drafts = ["/a", "/b"].map { _ in Draft.random(80, &generator) }
        let (both, alone) = (fixture, try StoreFixture())
        let other = try alone.open()
        try read(drafts[0], "/a", into: store)
        try read(drafts[1], "/b", into: store)
        try read(drafts[1], "/b", into: other)
        let before = try answers(both)
        let forgotten = try #require(try store.forget(path: "/a"))
        #expect(forgotten.generations == 1)
        #expect(forgotten.events == 80)
        #expect(forgotten.requests > 0)
        #expect(try answers(both) == answers(alone), "seed \(seed)")
        #expect(try store.request("r1")?.events.count == other.request("r1")?.events.count)
        try read(drafts[0], "/a", into: store)
        #expect(try answers(both) == before, "seed \(seed)")
        #expect(try store.forget(path: "/a") == forgotten)
        _ = try store.forget(path: "/b")
        let emptied = [
            "events", "requests", "request_ids", "request_hashes", "agents", "ledger",
            "event_zones", "request_zones", "agent_outcomes",
        ]
        for table in emptied {
            #expect(try both.rows("SELECT count(*) FROM \(table)") == ["integer(0)"], "\(table)")
        }
    }

    @Test("Where only events without an extent remain, they belong to nothing and name nobody")
    func orphans() throws {
        try read([Draft(.llmCall, request: "r", at: 0, offset: 0, agent: "a")], "/a", into: store)
        try read([Draft(.escalation, request: "r", at: 1, offset: 0)], "/b", into: store)
        #expect(try store.request("r")?.events.last?.agent == "a")
        #expect(try store.forget(path: "/a")?.requests == 1)
        let detail = try #require(try store.request("r"))
        #expect(detail.requests.isEmpty)
        #expect(detail.events.map(\.agent) == [nil])
        #expect(try fixture.rows("SELECT count(*) FROM requests") == ["integer(0)"])
    }

    @Test("All generations go, also those that lie under another name now; others stay")
    func generations() throws {
        #expect(try store.forget(path: "/log") == nil)
        for (generation, seenAt) in ["/log.2", "/log.1", "/log"].enumerated() {
            var batch = IngestBatch(
                [Draft(.llmCall, request: "r\(generation)", at: 0, offset: 0)],
                from: 0,
                to: 9
            )
            batch.sources[0].position.generation = Int64(generation)
            batch.sources[0].position.seenAt = seenAt
            _ = try store.commit(batch, now: .earliestAccepted)
        }
        #expect(try store.forget(path: "/log.1")?.generations == 1)
        #expect(try store.positions().map(\.generation) == [2, 0])
        #expect(try store.forget(path: "/log")?.generations == 2)
        #expect(try store.positions().isEmpty)
    }

    @Test(
        "A duplicate that the forgotten source had kept out comes when its own source is read again"
    )
    func duplicates() throws {
        var draft = Draft(.llmCall, request: "r", at: 0, offset: 0)
        draft.eventID = "e"
        try read([draft], "/a", into: store)
        try read([draft], "/b", into: store)
        _ = try store.forget(path: "/a")
        #expect(try store.request("r") == nil)
        _ = try store.forget(path: "/b")
        try read([draft], "/b", into: store)
        #expect(try store.request("r")?.events.count == 1)
    }
}
