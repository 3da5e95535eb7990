import AgentEvents
import EventStorage
import GRDB
import Rollups
import SQLiteStorage
import Testing

/// The stored rollup cells against those of a rebuild, and against those of another history of the
/// same events.
struct CellStoreTests {
    /// Cells by names, since ids depend on the order in which things were seen.
    private static let byName = """
        SELECT c.width, c.bucket, c.series, a.name, s.name, p.name, ifnull(k.code, c.key), hex(c.cell)
        FROM cells c LEFT JOIN cell_keys k ON k.id = c.key AND c.width < 10
        LEFT JOIN names a ON a.id = k.agent LEFT JOIN names s ON s.id = k.subject
        LEFT JOIN names p ON p.id = k.provider ORDER BY 1, 2, 3, 4, 5, 6, 7
        """

    /// Events of a few hours, so that cells hold several and lose their extremes.
    private func drafts(_ count: Int, _ generator: inout SeededGenerator) -> [Draft] {
        Draft.random(count, &generator).map { draft in
            var draft = draft
            let seconds = Int64(generator.next() % 7_200)
            draft.event.timestamp = Timestamp(
                micros: 1_767_600_000_000_000 + seconds * Micros.second
            )
            if draft.event.kind == .llmCall || draft.event.kind == .toolCall {
                draft.event.errorClassCode = draft.event.succeeded ? 0 : 1
            } else {
                draft.subject = "x"
            }
            if draft.event.kind == .llmCall { addUsage(&draft.event, &generator) }
            if generator.next() % 8 == 0 { draft.eventID = "e\(generator.next() % 10)" }
            if generator.next() % 3 == 0 { draft.request = "s\(generator.next() % 60)" }
            return draft
        }
    }

    private func addUsage(_ event: inout AgentEvent, _ generator: inout SeededGenerator) {
        event.timeToFirstToken = Optional64(Int64(generator.next() % 3_000_000))
        event.output = Optional64(Int64(generator.next() % 2_000))
        event.cacheRead = generator.next() % 2 == 0 ? Optional64(Int64(5)) : nil
        event.cost = generator.next() % 2 == 0 ? Optional64(Int64(generator.next() % 9_999)) : nil
        event.contextWindow = Optional64(Int64(128_000))
    }

    /// Commits parts of random sizes, each to the source that its drafts were read from.
    private func commit(
        _ parts: [(path: String, drafts: [Draft])],
        to store: SQLiteStore,
        _ generator: inout SeededGenerator,
        after step: () throws -> Void = {}
    ) throws {
        var rest = parts
        var offsets: [String: Int64] = [:]
        while !rest.isEmpty {
            let place = Int(generator.next() % UInt64(rest.count))
            let path = rest[place].path
            let part = rest[place].drafts.prefix(Int(generator.next() % 60) + 1)
            rest[place].drafts.removeFirst(part.count)
            if rest[place].drafts.isEmpty { rest.remove(at: place) }
            let offset = offsets[path, default: 0]
            let batch = IngestBatch(Array(part), path: path, from: offset, to: offset + 1)
            _ = try store.commit(batch, now: .earliestAccepted)
            offsets[path] = offset + 1
            try step()
        }
    }

    /// Fails where the stored cells are not those of the rows.
    private func expectRight(_ fixture: StoreFixture, _ store: SQLiteStore, _ note: String) throws {
        #expect(try store.examine() == [], "\(note)")
        let before = try fixture.rows("SELECT series, width, bucket, key, hex(cell) FROM cells")
        let count = try store.rebuildCells()
        #expect(Int(count) == before.count)
        let after = try fixture.rows("SELECT series, width, bucket, key, hex(cell) FROM cells")
        #expect(after == before, "\(note)")
    }

    @Test(
        "Any order and any partition of events gives the cells of a rebuild, also after forgetting",
        arguments: 1...6 as ClosedRange<UInt64>
    )
    func equalsRebuild(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        // Duplicates keep the one that was read first, which differs by order: none of them here.
        let sources = ["/a", "/b", "/c"].map { path in
            (path: path, drafts: drafts(160, &generator).map(\.withoutEventID))
        }
        // In some of the seeds all, in some a few and in some no quarters have cells of minutes.
        let fineFrom = [1, 12, 1_000][Int(seed % 3)] as Int64
        let first = try StoreFixture()
        let store = try first.open(minuteCellsFrom: fineFrom)
        try commit(sources, to: store, &generator)
        try expectRight(first, store, "seed \(seed)")
        let expected = try first.rows(Self.byName)
        #expect(expected.count > 200)
        let minutes = try first.rows("SELECT DISTINCT bucket / 15 FROM cells WHERE width = 1").count
        let quarters = try first.rows("SELECT bucket FROM quarters").count
        #expect(minutes == (fineFrom == 1 ? quarters : fineFrom == 1_000 ? 0 : minutes))
        #expect(fineFrom != 12 || (minutes > 0 && minutes < quarters), "seed \(seed)")
        for round in 0..<2 {
            let other = try StoreFixture()
            let shuffled = sources.map { ($0.path, $0.drafts.shuffled(using: &generator)) }
            let otherStore = try other.open(minuteCellsFrom: fineFrom)
            try commit(shuffled, to: otherStore, &generator)
            #expect(try other.rows(Self.byName) == expected, "seed \(seed), round \(round)")
        }
        _ = try store.forget(path: "/b")
        try expectRight(first, store, "seed \(seed), after forgetting")
        let rest = sources.filter { $0.path != "/b" }
        let alone = try StoreFixture()
        try commit(rest, to: try alone.open(minuteCellsFrom: fineFrom), &generator)
        #expect(try first.rows(Self.byName) == alone.rows(Self.byName), "seed \(seed)")
    }

    @Test(
        "After each commit the cells are right, with duplicates and writers that take turns",
        arguments: 1...6 as ClosedRange<UInt64>
    )
    func rightAfterEachCommit(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed &* 977)
        let fixture = try StoreFixture()
        let store = try fixture.open(minuteCellsFrom: [1, 12, 25, 1_000][Int(seed % 4)])
        let other = try fixture.open()
        let halves = (0..<2).map { half in
            ["/a", "/b"].map { (path: "\($0)\(half)", drafts: drafts(120, &generator)) }
        }
        for (half, writer) in zip(halves, [store, other]) {
            try commit(half, to: writer, &generator) {
                let findings = try store.examine()
                #expect(findings == [], "seed \(seed)")
            }
        }
        // The first one has to see the keys of the second.
        let more = [(path: "/late", drafts: drafts(100, &generator))]
        try commit(more, to: store, &generator) {
            let findings = try store.examine()
            #expect(findings == [], "seed \(seed)")
        }
        #expect(
            try fixture.rows("SELECT count(*) FROM events WHERE event_id IS NOT NULL") != [
                "integer(0)"
            ]
        )
    }

    @Test("An agent's first completed task moves its earlier requests to when they are unfinished")
    func moves() throws {
        let fixture = try StoreFixture()
        let store = try fixture.open(minuteCellsFrom: 1)
        let call = Draft(.llmCall, request: "r", at: 600, offset: 0, agent: "a", latency: 1)
        _ = try store.commit(IngestBatch([call], from: 0, to: 1), now: .earliestAccepted)
        let codes = """
            SELECT k.code, c.bucket - 29460000 FROM cells c JOIN cell_keys k ON k.id = c.key
            WHERE c.series = 3 AND c.width = 1
            """
        #expect(try fixture.rows(codes) == ["integer(0)|integer(15)"])
        let end = Draft(.taskEnd, request: "s", at: 0, offset: 1, agent: "a", outcome: .completed)
        _ = try store.commit(IngestBatch([end], from: 1, to: 2), now: .earliestAccepted)
        #expect(
            Set(try fixture.rows(codes)) == ["integer(1)|integer(0)", "integer(5)|integer(40)"]
        )
        #expect(try store.examine() == [])
    }

    @Test("Cells are read by width and range of buckets, with their keys")
    func read() throws {
        let fixture = try StoreFixture()
        let store = try fixture.open(minuteCellsFrom: 1)
        let drafts = [0.0, 30, 90, 4_000].enumerated().map { index, seconds in
            Draft(.llmCall, request: "r", at: seconds, offset: Int64(index), agent: "a", latency: 2)
        }
        _ = try store.commit(IngestBatch(drafts, from: 0, to: 9), now: .earliestAccepted)
        try store.read { snapshot in
            let agent = try snapshot.nameIndex(.agent, "a")
            var calls: [Int64: Int64] = [:]
            try snapshot.forEachCell(
                LLMCallCell.self,
                in: CellReach(width: .minute, buckets: 29_460_000..<29_460_060)
            ) {
                key,
                bucket,
                cell in
                #expect(key.agent == agent)
                #expect(key.series == .llmCalls)
                calls[bucket - 29_460_000] = cell.calls
            }
            #expect(calls == [0: 2, 1: 1])
            var all: Int64 = 0
            try snapshot.forEachCell(
                LLMCallCell.self,
                in: CellReach(width: .day, buckets: 0..<100_000)
            ) {
                _,
                _,
                cell in
                all += cell.calls
                #expect(cell.latency.least == 2_000_000)
            }
            #expect(all == 4)
        }
    }
}

extension Draft {
    fileprivate var withoutEventID: Draft {
        var draft = self
        draft.eventID = nil
        return draft
    }
}
