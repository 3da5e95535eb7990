import AgentEvents
import EventStorage
import Rollups
import SQLiteStorage
import Testing

struct PruneTests {
    /// 2026-01-05T08:00:00Z, when the drafts begin; they end 55 h later.
    private static let start: Int64 = 1_767_600_000

    private static func horizon(quarters: Int64, cells: Int64 = 0) -> RetentionHorizon {
        RetentionHorizon(
            rows: Timestamp(micros: (start + quarters * 900) * Micros.second),
            cells: cells == 0
                ? .distantPast : Timestamp(micros: (1_767_571_200 + cells * 86_400) * Micros.second)
        )
    }

    private struct Interruption: Error {}

    /// Random drafts of users and sessions, of whom some come once and others again and again.
    private static func drafts(_ count: Int, _ generator: inout SeededGenerator) -> [Draft] {
        var drafts = Draft.random(count, &generator)
        for index in drafts.indices {
            if generator.next() % 3 == 0 { drafts[index].user = "u\(generator.next() % 40)" }
            if generator.next() % 3 == 0 { drafts[index].session = "s\(generator.next() % 400)" }
            // More ids than the six from before, and some that stay.
            if drafts[index].request != nil, generator.next() % 2 == 0 {
                let hour = Int64(drafts[index].event.timestamp.micros / Micros.hour)
                drafts[index].request = "h\(hour)-\(generator.next() % 3)"
            }
        }
        return drafts
    }

    private static func commit(
        _ drafts: [Draft],
        to store: SQLiteStore,
        from start: Int64 = 0
    ) throws -> CommitReport {
        var report = CommitReport()
        var offset = start
        var rest = drafts[...]
        while !rest.isEmpty {
            let batch = IngestBatch(Array(rest.prefix(40)), from: offset, to: offset + 1)
            report += try store.commit(batch, now: .earliestAccepted)
            rest = rest.dropFirst(40)
            offset += 1
        }
        return report
    }

    private static let wide =
        "SELECT series, width, bucket, key, hex(cell) FROM cells WHERE width > 1 ORDER BY 1, 2, 3, 4"

    /// Everything that people see, without row ids.
    private static let questions = [
        wide,
        """
        SELECT e.kind, timestamp, i.request_id, a.name, u.name, s.name, e.flags, line_offset
        FROM events e LEFT JOIN names a ON a.id = e.agent LEFT JOIN names u ON u.id = e.user
        LEFT JOIN names s ON s.id = e.session LEFT JOIN request_ids i ON i.id = e.request
        ORDER BY line_offset
        """,
        """
        SELECT request_id, part, agent, user_id, session_id, started_at, ended_at, closed_at, outcome,
            failed, escalated, llm_calls, tool_calls, retry_events
        FROM request_summary ORDER BY request_id, part
        """,
        "SELECT a.name, ends_tasks_since FROM agents g LEFT JOIN names a ON a.id = g.agent ORDER BY 1",
        """
        SELECT a.name, completed, decided FROM agent_outcomes g LEFT JOIN names a ON a.id = g.agent
        ORDER BY 1
        """,
        "SELECT request_id, last_event > 0 FROM request_ids ORDER BY 1",
        "SELECT at, i.request_id FROM orphan_events o JOIN request_ids i ON i.id = o.request ORDER BY 1",
        "SELECT sum(lines), sum(events), sum(skipped), sum(expired) FROM ledger",
        "SELECT events, requests FROM store_counts",
    ]

    private func answers(_ fixture: StoreFixture) throws -> [[String]] {
        try Self.questions.map(fixture.rows)
    }

    @Test(
        "Cells stay as they are, ids go as a whole or not at all, and what comes later is counted once",
        arguments: 1...30 as ClosedRange<UInt64>
    )
    func prune(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let fixture = try StoreFixture()
        let store = try fixture.open(minuteCellsFrom: 4)
        _ = try Self.commit(Self.drafts(400, &generator), to: store)
        try store.sync()
        let cells = try fixture.rows(Self.wide)
        let before = try requests(fixture)
        let horizon = Self.horizon(quarters: Int64(generator.next() % 220))
        let report = try store.prune(to: horizon) {}
        #expect(report.horizon == horizon, "seed \(seed)")
        try expectPruned(fixture, store, horizon.rows, "seed \(seed)")
        #expect(try fixture.rows(Self.wide) == cells, "seed \(seed)")
        let after = try requests(fixture)
        for (id, events) in before {
            let stays =
                events.closed.map { $0 >= horizon.rows.micros }
                ?? (events.last >= horizon.rows.micros)
            #expect((after[id] != nil) == stays, "\(id) seed \(seed)")
            if let kept = after[id], events.closed != nil {
                #expect(kept == events, "\(id) seed \(seed)")
            }
        }
        // Late lines, and new ones.
        let more = Self.drafts(200, &generator)
        let late = more.filter { $0.event.timestamp < horizon.rows }
        let stored = try Self.commit(more, to: store, from: 10)
        #expect(stored.expired == Int64(late.count), "seed \(seed)")
        try expectPruned(fixture, store, horizon.rows, "seed \(seed)")
        let quarter = BucketWidth.quarter.bucket(holding: horizon.rows)
        let old =
            "SELECT bucket, key, hex(cell) FROM cells WHERE width = 2 AND bucket < \(quarter) ORDER BY 1, 2"
        let kept = try fixture.rows(old)
        let all = try fixture.rows(Self.wide)
        _ = try store.rebuildCells()
        #expect(try fixture.rows(Self.wide) == all, "seed \(seed)")
        // Once more, to the end of all.
        _ = try store.prune(to: Self.horizon(quarters: 300)) {}
        #expect(try fixture.rows(Self.wide) == all, "seed \(seed)")
        #expect(try fixture.rows(old) == kept, "seed \(seed)")
        #expect(try fixture.rows("SELECT count(*) FROM events") == ["integer(0)"], "seed \(seed)")
        for table in [
            "request_ids", "request_hashes", "person_requests", "origins", "requests",
            "event_zones", "request_zones", "orphan_events",
        ] {
            #expect(
                try fixture.rows("SELECT count(*) FROM \(table)") == ["integer(0)"],
                "\(table) seed \(seed)"
            )
        }
        #expect(
            try fixture.rows("SELECT count(*) FROM names WHERE kind IN (2, 3)") == ["integer(0)"],
            "seed \(seed)"
        )
    }

    /// When each id closed, how many events it has and when the last one was.
    private func requests(_ fixture: StoreFixture) throws -> [String: Ends] {
        let rows = try fixture.rows(
            """
            SELECT i.request_id, max(timestamp), count(*),
                (SELECT max(closed_micros) FROM (SELECT q.request AS key, CASE WHEN q.outcome IS NOT NULL
                    THEN q.ended_at WHEN g.ends_tasks_since <= q.ended_at THEN q.ended_at + 1800000000
                    ELSE q.ended_at + 300000000 END AS closed_micros
                    FROM requests q LEFT JOIN agents g ON g.agent = ifnull(q.agent, 0)) WHERE key = i.id)
            FROM events e JOIN request_ids i ON i.id = e.request GROUP BY i.id
            """
        )
        var found: [String: Ends] = [:]
        for row in rows {
            let values = row.split(separator: "|").map { value in
                value.drop { $0 != "(" }.dropFirst().dropLast()
            }
            let id = String(values[0].filter { $0 != "\"" })
            found[id] = Ends(
                closed: Int64(values[3]),
                count: Int64(values[2]) ?? -1,
                last: Int64(values[1]) ?? -1
            )
        }
        return found
    }

    private struct Ends: Equatable {
        /// `nil`: the id has no request.
        var closed: Int64?
        var count: Int64
        var last: Int64
    }

    /// Nothing from before the horizon is left but of requests that closed after it, nothing dangles, and the
    /// doctor finds nothing.
    private func expectPruned(
        _ fixture: StoreFixture,
        _ store: SQLiteStore,
        _ horizon: Timestamp,
        _ label: String
    ) throws {
        #expect(try store.examine() == [], "\(label)")
        let nothing = [
            "SELECT count(*) FROM events WHERE request IS NULL AND timestamp < \(horizon.micros)",
            "SELECT count(*) FROM orphan_events WHERE at < \(horizon.micros)",
            """
            SELECT count(*) FROM cells WHERE width = 1
                AND bucket < \(BucketWidth.minute.bucket(holding: horizon))
            """,
            "SELECT count(*) FROM events WHERE user > 0 AND user NOT IN (SELECT id FROM names)",
            "SELECT count(*) FROM events WHERE session > 0 AND session NOT IN (SELECT id FROM names)",
            "SELECT count(*) FROM llm_events WHERE result NOT IN (SELECT id FROM results)",
            "SELECT count(*) FROM other_events WHERE origin NOT IN (SELECT id FROM origins)",
            "SELECT count(*) FROM results WHERE error_text > 0 AND error_text NOT IN (SELECT id FROM names)",
            "SELECT count(*) FROM requests WHERE user > 0 AND user NOT IN (SELECT id FROM names)",
            "SELECT count(*) FROM request_hashes WHERE request NOT IN (SELECT id FROM request_ids)",
            "SELECT count(*) FROM person_requests WHERE name NOT IN (SELECT id FROM names)",
        ]
        for question in nothing {
            #expect(try fixture.rows(question) == ["integer(0)"], "\(question) \(label)")
        }
    }

    @Test(
        "Broken off at any step, with events coming in before it goes on, it ends as if it never was",
        arguments: 1...20 as ClosedRange<UInt64>
    )
    func interrupted(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let drafts = Self.drafts(300, &generator)
        let more = Self.drafts(120, &generator)
        let horizon = Self.horizon(quarters: Int64(generator.next() % 200 + 10))
        let (broken, whole) = (try StoreFixture(), try StoreFixture())
        let stores = (try broken.open(), try whole.open())
        for store in [stores.0, stores.1] {
            _ = try Self.commit(drafts, to: store)
            try store.sync()
        }
        let last = Int(generator.next() % 6) + 1
        var steps = 0
        #expect(throws: Interruption.self) {
            try stores.0.prune(to: horizon) {
                steps += 1
                if steps == last { throw Interruption() }
            }
        }
        _ = try Self.commit(more, to: stores.0, from: 8)
        _ = try stores.0.prune(to: horizon) {}
        _ = try stores.1.prune(to: horizon) {}
        _ = try Self.commit(more, to: stores.1, from: 8)
        #expect(try answers(broken) == answers(whole), "seed \(seed), after \(last) steps")
        #expect(try stores.0.examine() == [], "seed \(seed)")
    }

    @Test("While names are cleared away, another writer uses some of them again")
    func clearingRace() throws {
        let fixture = try StoreFixture()
        let (store, other) = (try fixture.open(), try fixture.open())
        func call(_ request: String?, at seconds: Double, _ offset: Int64, user: String) -> Draft {
            var draft = Draft(.llmCall, request: request, at: seconds, offset: offset)
            draft.user = user
            draft.event.succeeded = false
            draft.event.errorClassCode = ErrorClass.other.rawValue
            return draft
        }
        let old = (0..<50).map { call("r\($0)", at: 0, $0, user: "u\($0)") }
        _ = try Self.commit(old + [call("open", at: 9_000, 50, user: "x")], to: store)
        var steps = 0
        _ = try store.prune(to: Self.horizon(quarters: 8)) {
            steps += 1
            // At every step another of the old users comes back, by a writer that knows them all.
            let draft = call(nil, at: 10_000 + Double(steps), Int64(100 + steps), user: "u\(steps)")
            let batch = IngestBatch(
                [draft],
                path: "/other",
                from: Int64(steps - 1),
                to: Int64(steps)
            )
            _ = try other.commit(batch, now: .earliestAccepted)
        }
        #expect(steps > 6)
        let users = try fixture.rows(
            "SELECT count(*), count(DISTINCT n.name) FROM events e JOIN names n ON n.id = e.user"
        )
        #expect(users == ["integer(\(steps + 1))|integer(\(steps + 1))"])
        #expect(
            try fixture.rows("SELECT count(*) FROM names WHERE kind = 2") == [
                "integer(\(steps + 1))"
            ]
        )
        #expect(try store.examine() == [])
    }

    @Test("An event that comes once all are gone has a number of its own")
    func numbers() throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        func call(at seconds: Double) -> Draft {
            Draft(.toolCall, request: nil, at: seconds, offset: Int64(seconds))
        }
        func seen(above number: Int64) throws -> Int {
            var count = 0
            let newest = try store.newestEventNumber()
            try store.forEachCall(above: number, upTo: newest) { count += $0.count }
            return count
        }
        _ = try Self.commit([call(at: 0), call(at: 1), call(at: 2)], to: store)
        let last = try store.newestEventNumber()
        #expect(try store.prune(to: Self.horizon(quarters: 4)) {}.events == 3)
        _ = try Self.commit([call(at: 4_000)], to: store, from: 1)
        #expect(try seen(above: last) == 1)
        #expect(try store.forget(path: "/log")?.events == 1)
        let after = try store.newestEventNumber()
        let batch = IngestBatch([call(at: 5_000)], path: "/other", from: 0, to: 1)
        _ = try store.commit(batch, now: .earliestAccepted)
        #expect(try seen(above: after) == 1)
    }

    @Test("Cells go where they are older than those are kept, and the ledger keeps its sums")
    func oldCells() throws {
        var generator = SeededGenerator(state: 7)
        let fixture = try StoreFixture()
        let store = try fixture.open(minuteCellsFrom: 4)
        _ = try Self.commit(Self.drafts(400, &generator), to: store)
        let ledger = try fixture.rows("SELECT sum(lines), sum(events), sum(bytes) FROM ledger")
        let horizon = Self.horizon(quarters: 200, cells: 1)
        _ = try store.prune(to: horizon) {}
        #expect(
            try fixture.rows("SELECT min(bucket) FROM cells WHERE width = 4") == ["integer(20459)"]
        )
        #expect(
            try fixture.rows("SELECT count(*) FROM cells WHERE width = 2 AND bucket < 20459 * 96")
                == ["integer(0)"]
        )
        #expect(
            try fixture.rows("SELECT count(*) FROM quarters WHERE bucket < 20459 * 96") == [
                "integer(0)"
            ]
        )
        #expect(
            try fixture.rows("SELECT sum(lines), sum(events), sum(bytes) FROM ledger") == ledger
        )
        #expect(try store.examine() == [])
    }

    @Test("The horizon never goes back, and a store with nothing from before it has none")
    func horizonOnlyRises() throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        _ = try Self.commit([Draft(.llmCall, request: "r", at: 9_000, offset: 0)], to: store)
        #expect(try store.prune(to: Self.horizon(quarters: 8)) {}.horizon == .none)
        let late = try Self.commit(
            [Draft(.llmCall, request: "s", at: 0, offset: 1)],
            to: store,
            from: 1
        )
        #expect(late.expired == 0)
        #expect(try store.prune(to: Self.horizon(quarters: 8)) {}.requests == 1)
        #expect(
            try store.prune(to: Self.horizon(quarters: 4)) {}.horizon == Self.horizon(quarters: 8)
        )
    }

    @Test("The file gives the space of what has gone back")
    func space() throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        let drafts = (0..<30_000).map { index in
            var draft = Draft(
                .llmCall,
                request: "r\(index / 4)",
                at: Double(index),
                offset: Int64(index)
            )
            draft.session = "session-\(index / 40)"
            return draft
        }
        for part in 0..<3 {
            let batch = IngestBatch(
                Array(drafts[part * 10_000..<(part + 1) * 10_000]),
                from: Int64(part),
                to: Int64(part + 1)
            )
            _ = try store.commit(batch, now: .earliestAccepted)
        }
        try store.sync()
        let report = try store.prune(to: Self.horizon(quarters: 30)) {}
        // Those of the last five minutes before the horizon close after it.
        #expect(report.events == 26_700)
        #expect(report.requests == 6_675)
        #expect(report.names > 600)
        #expect(Double(report.bytesAfter) < 0.35 * Double(report.bytesBefore))
        #expect(try store.settingOfWriter("freelist_count") == 0)
        #expect(try store.examine() == [])
    }
}
