import AgentEvents
import EventStorage
import SQLiteStorage
import Testing

/// Request ids are found however long ago they were stored, by whom, and whether or not the index has
/// them.
struct RequestIndexTests {
    private let fixture: StoreFixture
    private let stores: [SQLiteStore]

    init() throws {
        fixture = try StoreFixture()
        stores = [try fixture.open(), try fixture.open()]
    }

    private func call(_ request: String, offset: Int64) -> Draft {
        Draft(.llmCall, request: request, at: Double(offset % 1_000), offset: offset, agent: "a")
    }

    @Test(
        "Ids go on where they were, with writers that take turns and an index that is behind",
        arguments: 1...4 as ClosedRange<UInt64>
    )
    func goesOn(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed &* 31)
        var expected: [String: Int] = [:]
        var offset: Int64 = 0
        var store = stores[0]
        for _ in 0..<60 {
            if generator.next() % 5 == 0 { store = stores[Int(generator.next() % 2)] }
            if generator.next() % 9 == 0 { try store.sync() }
            let drafts = (0..<Int64(generator.next() % 20) + 1).map { index in
                call("r\(generator.next() % 300)", offset: offset + index)
            }
            let batch = IngestBatch(
                drafts,
                from: offset,
                to: offset + Int64(drafts.count)
            )
            _ = try store.commit(batch, now: .earliestAccepted)
            offset += Int64(drafts.count)
            for draft in drafts { expected[draft.request ?? "", default: 0] += 1 }
        }
        let ids = try fixture.rows("SELECT count(*), count(DISTINCT request_id) FROM request_ids")
        #expect(ids == ["integer(\(expected.count))|integer(\(expected.count))"], "seed \(seed)")
        for round in 0..<2 {
            for (id, count) in expected {
                let found = try stores[1].request(id)
                #expect(found?.events.count == count, "seed \(seed), \(id), round \(round)")
            }
            #expect(try stores[1].request("r") == nil)
            try stores[0].sync()
        }
        let left = "SELECT max(id) - (SELECT through FROM indexed_requests) FROM request_ids"
        #expect(try fixture.rows(left) == ["integer(0)"])
        #expect(try stores[0].examine() == [])
    }

    @Test(
        "Ids with equal hashes are told apart by their text, in the index and before it",
        arguments: [true, false]
    )
    func equalHashes(isIndexed: Bool) throws {
        let ids = Self.withEqualHashes()
        let first = IngestBatch([call(ids[0], offset: 0)], from: 0, to: 1)
        _ = try stores[0].commit(first, now: .earliestAccepted)
        if isIndexed { try stores[0].sync() }
        let more = [ids[1], ids[0], ids[1]].enumerated().map { call($1, offset: Int64($0) + 1) }
        _ = try stores[0].commit(IngestBatch(more, from: 1, to: 4), now: .earliestAccepted)
        let other = [call(ids[1], offset: 4)]
        _ = try stores[1].commit(IngestBatch(other, from: 4, to: 5), now: .earliestAccepted)
        #expect(try stores[0].request(ids[0])?.events.count == 2)
        #expect(try stores[0].request(ids[1])?.events.count == 3)
    }

    /// Two ids of which the index holds the same 32 bits.
    private static func withEqualHashes() -> [String] {
        var seen: [UInt32: String] = [:]
        for number in 0... {
            var id = "request-\(number)"
            let hash = id.withUTF8 { SipHash.hash(UnsafeRawBufferPointer($0)) }
            if let other = seen[UInt32(truncatingIfNeeded: hash)] { return [other, id] }
            seen[UInt32(truncatingIfNeeded: hash)] = id
        }
        return []
    }
}
