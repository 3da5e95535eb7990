import AgentEvents
import EventStorage
import Rollups
import SQLiteStorage
import Testing

/// Failed calls, alike ones together, against SQL over the views.
struct FailureTests {
    private let fixture: StoreFixture
    private let store: SQLiteStore

    init() throws {
        fixture = try StoreFixture()
        store = try fixture.open()
    }

    /// What a list of failures says, in its order.
    private func found(_ list: FailureList, _ snapshot: any StoreSnapshot) throws -> [String] {
        try list.groups.map { group in
            let names = try [group.text, group.subject, group.agent].map {
                try snapshot.name($0) ?? "-"
            }
            let parts = ["\(group.count)", "\(group.last.micros)", group.errorClass?.name ?? "-"]
            return "text(\"\((parts + names).joined(separator: "/"))\")"
        }
    }

    /// The same from the views, with a condition on calls.
    private func expected(_ condition: String, limit: Int = 1_000) throws -> [String] {
        let columns = "error_class, error, agent, success, timestamp_us"
        return try fixture.rows(
            """
            SELECT count(*) || '/' || max(timestamp_us) || '/' || ifnull(error_class, '-') || '/'
                || ifnull(error, '-') || '/' || subject || '/' || ifnull(agent, '-')
            FROM (SELECT 1 AS kind, model AS subject, \(columns) FROM llm_calls
                UNION ALL SELECT 2, tool, \(columns) FROM tool_calls)
            WHERE success = 0 AND \(condition) GROUP BY kind, error_class, error, subject, agent
            ORDER BY count(*) DESC, max(timestamp_us) DESC LIMIT \(limit)
            """
        )
    }

    @Test(
        "Groups, their counts and their order are those of SQL, in any window and of any agent",
        arguments: 1...3 as ClosedRange<UInt64>
    )
    func equals(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        var drafts = Draft.random(3_000, &generator)
        for index in drafts.indices where generator.next() % 4 > 0 {
            // Of calls that succeeded, too.
            drafts[index].errorText = "text \(generator.next() % 5)"
            drafts[index].subject = "s\(generator.next() % 3)"
        }
        _ = try store.commit(IngestBatch(drafts, from: 0, to: 3_000), now: .earliestAccepted)
        let begin: Int64 = 1_767_600_000_000_000
        let since = begin + Int64(generator.next() % 100_000) * Micros.second
        let until = since + 50_000 * Micros.second
        let window = TimeWindow(since: Timestamp(micros: since), until: Timestamp(micros: until))
        try store.read { snapshot in
            var filter = CallFilter()
            let all = try snapshot.failures(in: window, passing: filter, limit: 1_000)
            let times = "timestamp_us >= \(since) AND timestamp_us < \(until)"
            #expect(try found(all, snapshot) == expected(times), "seed \(seed)")
            #expect(all.total == all.groups.count, "seed \(seed)")
            filter.agents = [try #require(try snapshot.nameIndex(.agent, "a1")), .none]
            filter.models = [try #require(try snapshot.nameIndex(.model, "s1"))]
            let some = try snapshot.failures(in: window, passing: filter, limit: 1_000)
            let narrowed = " AND ifnull(agent, 'a1') = 'a1' AND kind = 1 AND subject = 's1'"
            #expect(try found(some, snapshot) == expected(times + narrowed), "seed \(seed)")
            #expect(!some.groups.isEmpty, "seed \(seed)")
        }
    }

    @Test("More groups than are counted at once are all counted, and the largest come first")
    func many() throws {
        var drafts = (0..<40_000).map { index in
            var draft = Draft(.llmCall, request: nil, at: Double(index), offset: Int64(index))
            draft.event.succeeded = false
            draft.event.errorClassCode = ErrorClass.server.rawValue
            draft.errorText = "text \(index)"
            return draft
        }
        for index in stride(from: 0, to: 400, by: 2) {
            drafts[index].errorText = "text \(index / 4)"
        }
        _ = try store.commit(IngestBatch(drafts, from: 0, to: 40_000), now: .earliestAccepted)
        try store.read { snapshot in
            let always = TimeWindow(since: .distantPast, until: .distantFuture)
            let list = try snapshot.failures(in: always, passing: CallFilter(), limit: 150)
            #expect(try found(list, snapshot) == expected("1", limit: 150))
            let texts = Set(drafts.compactMap(\.errorText))
            #expect(list.total == texts.count)
        }
    }
}
