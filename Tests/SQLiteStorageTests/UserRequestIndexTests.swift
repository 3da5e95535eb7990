import AgentEvents
import EventStorage
import Rollups
import SQLiteStorage
import Testing

/// What is read of some users and sessions, against what a look at everything finds of them.
struct UserRequestIndexTests {
    private let fixture: StoreFixture
    private let store: SQLiteStore

    init() throws {
        fixture = try StoreFixture()
        store = try fixture.open()
    }

    /// Events of many requests, which name now one user or session, now another, now none.
    private func drafts(_ count: Int, _ generator: inout SeededGenerator) -> [Draft] {
        Draft.random(count, &generator).map { draft in
            var draft = draft
            if draft.request != nil { draft.request = "r\(generator.next() % 200)" }
            if generator.next() % 3 == 0, draft.request != nil {
                draft.user = "u\(generator.next() % 40)"
            }
            if generator.next() % 4 == 0 { draft.session = "s\(generator.next() % 40)" }
            return draft
        }
    }

    private func commit(_ drafts: [Draft], path: String, _ generator: inout SeededGenerator) throws
    {
        var (rest, offset): ([Draft], Int64) = (drafts, 0)
        while !rest.isEmpty {
            let part = Array(rest.prefix(Int(generator.next() % 80) + 1))
            rest.removeFirst(part.count)
            let batch = IngestBatch(part, path: path, from: offset, to: offset + 1)
            _ = try store.commit(batch, now: .earliestAccepted)
            // Requests are in the index, or are not yet.
            if generator.next() % 4 == 0 { try store.sync() }
            offset += 1
        }
    }

    /// What a snapshot gives of some people in a window, less what is others'.
    private struct Found: Equatable {
        var calls: [String] = []
        var requests: [String] = []
        /// With what is others'.
        var read = 0

        init(
            _ people: [NameIndex],
            _ asked: UserScope,
            _ window: TimeWindow,
            _ store: SQLiteStore
        ) throws {
            try store.read { snapshot in
                let names: CallNames = [.agent, .user, .session, .subject, .provider]
                try snapshot.forEachCall(in: window, names: names, of: asked) { units in
                    read += units.count
                    for unit in units
                    where people.contains(unit.user) || people.contains(unit.session) {
                        calls.append("\(unit)")
                    }
                }
                try snapshot.forEachRequest(endedIn: window, of: asked) { rows in
                    read += rows.count
                    for row in rows where people.contains(row.user) || people.contains(row.session)
                    {
                        requests.append("\(row)")
                    }
                }
            }
            calls.sort()
            requests.sort()
        }
    }

    private func expectEqual(_ note: Comment, _ generator: inout SeededGenerator) throws -> Int {
        var spared = 0
        let begin = Draft(.llmCall, request: nil, at: 0, offset: 0).event.timestamp
        for kind in [NameKind.user, .session] {
            for _ in 0..<20 {
                let since = begin + Int64(generator.next() % 100_000) * Micros.second
                let window = TimeWindow(since: since, until: since + 100_000 * Micros.second)
                let names = [generator.next() % 40, generator.next() % 40].map {
                    kind == .user ? "u\($0)" : "s\($0)"
                }
                let people = try store.read { snapshot in
                    try names.compactMap { try snapshot.nameIndex(kind, $0) }
                }
                let all = try Found(people, .all, window, store)
                let found = try Found(people, .names(people), window, store)
                #expect(found.calls == all.calls, note)
                #expect(found.requests == all.requests, note)
                if found.read < all.read { spared += 1 }
            }
        }
        return spared
    }

    @Test(
        "All that users and sessions did is found, also after changes of mind and forgetting",
        arguments: 1...4 as ClosedRange<UInt64>
    )
    func finds(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed &* 31)
        try commit(drafts(900, &generator), path: "/a", &generator)
        #expect(try expectEqual("seed \(seed)", &generator) > 10, "everything was read")
        try commit(drafts(300, &generator), path: "/b", &generator)
        _ = try expectEqual("seed \(seed), more", &generator)
        _ = try store.forget(path: "/a")
        _ = try expectEqual("seed \(seed), after forgetting", &generator)
    }

    @Test("A name that is nobody's finds nothing")
    func unknown() throws {
        var generator = SeededGenerator(state: 1)
        try commit(drafts(100, &generator), path: "/a", &generator)
        let always = TimeWindow(since: .distantPast, until: .distantFuture)
        #expect(try Found([], .names([]), always, store).read == 0)
    }
}
