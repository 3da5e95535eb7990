import AgentEvents
import EventStorage
import GRDB
import Rollups
import SQLiteStorage
import Testing

/// A look at a window reads only some runs of rows; it must find what a look at all rows finds.
struct ZoneMapTests {
    private let fixture: StoreFixture
    private let store: SQLiteStore

    init() throws {
        fixture = try StoreFixture()
        store = try fixture.open()
    }

    /// Events of many requests, each batch about a moment of its own, so that zones differ.
    private func drafts(_ count: Int, _ generator: inout SeededGenerator) -> [Draft] {
        let moment = generator.next() % 100
        let begin = Double(moment) * 10_000
        return (0..<count).map { index in
            let kind: EventKind =
                [.llmCall, .toolCall, .retry, .taskEnd, .escalation, .generic][
                    Int(generator.next() % 6)
                ]
            let outcome: TaskOutcome = [.completed, .failed, .escalated, .abandoned][
                Int(generator.next() % 4)
            ]
            // Most requests are of one moment; a few go on in other batches.
            let group = generator.next() % 16 == 0 ? generator.next() % 100 : moment
            return Draft(
                kind,
                request: "r\(group)-\(generator.next() % 500)",
                at: begin + Double(generator.next() % 5_000),
                offset: Int64(index),
                agent: generator.next() % 4 == 0 ? "a\(generator.next() % 9)" : nil,
                outcome: kind == .taskEnd ? outcome : nil
            )
        }
    }

    private func read(_ path: String, batches: Int, _ generator: inout SeededGenerator) throws {
        for offset in 0..<Int64(batches) {
            // Most are small, as a follower's are, so that zones are extended.
            let count = offset % 3 == 0 ? 2_000 : Int(generator.next() % 9 + 1)
            let batch = IngestBatch(
                drafts(count, &generator),
                path: path,
                from: offset,
                to: offset + 1
            )
            _ = try store.commit(batch, now: .earliestAccepted)
        }
    }

    /// What all rows say about windows, read by plain SQL.
    private struct Truth {
        var calls: [Int64] = []
        var requests: [String] = []

        init(_ reach: RequestReach, _ fixture: StoreFixture) throws {
            try DatabaseQueue(path: fixture.path).read { db in
                let arguments: StatementArguments = [
                    reach.ended.since.micros, reach.ended.until.micros,
                ]
                calls = try Int64.fetchAll(
                    db,
                    sql: """
                        SELECT timestamp FROM events WHERE kind IN (1, 2, 5)
                            AND +timestamp >= ? AND +timestamp < ? ORDER BY 1
                        """,
                    arguments: arguments
                )
                requests = try String.fetchAll(
                    db,
                    sql: """
                        SELECT request || '/' || part FROM requests
                        WHERE +ended_at >= ? AND +ended_at < ? AND begun_at < ?
                            AND (outcome IS NULL OR NOT ?) ORDER BY 1
                        """,
                    arguments: arguments
                        + [reach.begunBefore.micros, reach.isUndecided]
                )
            }
        }
    }

    private func expectEqual(
        _ reach: RequestReach,
        _ comment: Comment
    ) throws {
        let truth = try Truth(reach, fixture)
        var (calls, requests): ([Int64], [String]) = ([], [])
        try store.read { snapshot in
            try snapshot.forEachCall(in: reach.ended, names: [], of: .all) {
                calls += $0.map(\.timestamp.micros)
            }
            try snapshot.forEachRequest(in: reach, of: .all) {
                requests += $0.map { "\($0.key)/\($0.part)" }
            }
        }
        #expect(calls.sorted() == truth.calls, comment)
        #expect(requests.sorted() == truth.requests, comment)
    }

    private func expectEqualWindows(_ generator: inout SeededGenerator) throws {
        let begin = Draft(.llmCall, request: nil, at: 0, offset: 0).event.timestamp
        var windows = [
            TimeWindow(since: .distantPast, until: .distantFuture),
            TimeWindow(since: .distantPast, until: begin),
            TimeWindow(since: begin + 2_000_000 * Micros.second, until: .distantFuture),
            TimeWindow(since: begin + 5, until: begin),
        ]
        for _ in 0..<12 {
            let since = begin + Int64(generator.next() % 1_000_000) * Micros.second
            let length = Int64(generator.next() % (generator.next() % 200_000 + 1)) * Micros.second
            windows.append(TimeWindow(since: since, until: since + length))
        }
        for window in windows {
            let inside = begin + Int64(generator.next() % 1_000_000) * Micros.second
            for limit in [inside, .distantFuture] {
                for isUndecided in [false, true] {
                    let reach = RequestReach(
                        ended: window,
                        begunBefore: limit,
                        isUndecided: isUndecided
                    )
                    try expectEqual(reach, "seed state \(generator.state)")
                }
            }
        }
    }

    /// The tables that follow from the rows.
    private func derived(_ map: [String] = ["event_zones", "request_zones"]) throws -> [[String]] {
        try (map + ["agent_outcomes"]).map { try fixture.rows("SELECT * FROM \($0) ORDER BY 1") }
    }

    /// The same, worked out from all rows.
    private func expectedOutcomes() throws -> [String] {
        try fixture.rows(
            """
            SELECT ifnull(agent, 0), sum(ifnull(outcome = 1, 0)), count(*), 0, 0 FROM requests
            WHERE outcome = 1 OR outcome = 3 OR has_escalation = 1 GROUP BY 1 ORDER BY 1
            """
        )
    }

    @Test(
        "Windows of random batches hold what a look at all rows finds, also when one is forgotten",
        arguments: 1...3 as ClosedRange<UInt64>
    )
    func randomBatches(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        try read("/a", batches: 10, &generator)
        try read("/b", batches: 10, &generator)
        for table in ["event_zones", "request_zones"] {
            #expect(try fixture.rows("SELECT count(*) > 2 FROM \(table)") == ["integer(1)"])
        }
        try expectEqualWindows(&generator)
        #expect(try derived()[2] == expectedOutcomes())
        _ = try store.forget(path: "/a")
        try expectEqualWindows(&generator)
        #expect(try derived()[2] == expectedOutcomes())
        // Ids are given out again.
        try read("/c", batches: 4, &generator)
        try expectEqualWindows(&generator)
        #expect(try derived()[2] == expectedOutcomes())
        for path in ["/b", "/c"] { _ = try store.forget(path: path) }
        #expect(try derived() == [[], [], []])
    }

    @Test("An empty store has nothing in any window, and an agent that never ended a task no row")
    func empty() throws {
        let always = TimeWindow(since: .distantPast, until: .distantFuture)
        try expectEqual(RequestReach(ended: always), "empty")
        #expect(try store.read { try $0.agentOutcomes() } == AgentOutcomes())
        let call = Draft(.llmCall, request: "r", at: 0, offset: 0, agent: "a")
        _ = try store.commit(IngestBatch([call], from: 0, to: 1), now: .earliestAccepted)
        #expect(try store.read { try $0.agentOutcomes() } == AgentOutcomes())
    }

    @Test("What a request says of its agent is taken back when a late event says otherwise")
    func takenBack() throws {
        var offset: Int64 = 0
        func commit(_ draft: Draft) throws -> [String] {
            let batch = IngestBatch([draft], from: offset, to: offset + 1)
            _ = try store.commit(batch, now: .earliestAccepted)
            offset += 1
            return try fixture.rows("SELECT completed, decided FROM agent_outcomes")
        }
        func end(_ outcome: TaskOutcome, at seconds: Double) -> Draft {
            Draft(.taskEnd, request: "r", at: seconds, offset: offset, outcome: outcome)
        }
        #expect(try commit(Draft(.llmCall, request: "r", at: 0, offset: 0)) == [])
        #expect(try commit(end(.completed, at: 1)) == ["integer(1)|integer(1)"])
        #expect(try commit(end(.escalated, at: 2)) == ["integer(0)|integer(1)"])
        #expect(try commit(end(.failed, at: 3)) == [])
        let escalation = Draft(.escalation, request: "r", at: 1, offset: offset)
        #expect(try commit(escalation) == ["integer(0)|integer(1)"])
    }

    @Test("A request that goes on widens its zone; one event more changes one zone of each map")
    func widened() throws {
        for (offset, seconds) in [0.0, 50, -20, 10].enumerated() {
            let draft = Draft(.llmCall, request: "r", at: seconds, offset: Int64(offset))
            let batch = IngestBatch([draft], from: Int64(offset), to: Int64(offset) + 1)
            _ = try store.commit(batch, now: .earliestAccepted)
        }
        let begin: Int64 = 1_767_600_000_000_000
        #expect(
            try derived()[..<2] == [
                ["integer(0)|integer(\(begin - 20_000_000))|integer(\(begin + 50_000_000))"],
                // It ended first at 0 and then at 50, and began at 0 and then at -20.
                [
                    "integer(0)|integer(\(begin))|integer(\(begin + 50_000_000))"
                        + "|integer(\(begin - 20_000_000))"
                ],
            ]
        )
    }
}
