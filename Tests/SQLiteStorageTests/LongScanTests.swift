import AgentEvents
import EventStorage
import SQLiteStorage
import Testing

/// Scans of so many rows that they are read on one thread and taken on another.
struct LongScanTests {
    private static let events = 40_000
    private static let always = TimeWindow(since: .distantPast, until: .distantFuture)

    private struct Refused: Error {}

    private static func filled() throws -> (StoreFixture, SQLiteStore) {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        for part in 0..<4 {
            let drafts = (0..<events / 4).map { index in
                let number = part * events / 4 + index
                var draft = Draft(
                    .llmCall,
                    request: "r\(number / 2)",
                    at: Double(number),
                    offset: Int64(number)
                )
                draft.event.output = Optional64(Int64(number))
                return draft
            }
            let batch = IngestBatch(drafts, from: Int64(part), to: Int64(part + 1))
            _ = try store.commit(batch, now: .earliestAccepted)
        }
        return (fixture, store)
    }

    @Test("Every row comes once and in order, and an error of whoever takes them ends the scan")
    func calls() throws {
        let (fixture, store) = try Self.filled()
        defer { withExtendedLifetime(fixture) {} }
        var outputs: [Int64] = []
        try store.read { snapshot in
            try snapshot.forEachCall(in: Self.always, names: [.agent, .subject], of: .all) {
                units in
                outputs += units.compactMap(\.output.value)
            }
        }
        #expect(outputs == (0..<Int64(Self.events)).map { $0 })
        // Within the first chunks, when the other thread has begun, and at the end.
        for limit in [1, 10_000, 30_000, Self.events] {
            var taken = 0
            #expect(throws: Refused.self) {
                try store.read { snapshot in
                    try snapshot.forEachCall(in: Self.always, names: [], of: .all) { units in
                        taken += units.count
                        if taken >= limit { throw Refused() }
                    }
                }
            }
            #expect(taken >= limit && taken < limit + 8_192)
        }
    }

    @Test("A window that leaves a few rows out gives the others")
    func almostAll() throws {
        let (fixture, store) = try Self.filled()
        defer { withExtendedLifetime(fixture) {} }
        let first = Draft(.llmCall, request: nil, at: 0, offset: 0).event.timestamp
        let last = first + Int64(Self.events - 1) * Micros.second
        func count(_ since: Timestamp, _ until: Timestamp) throws -> (calls: Int, requests: Int) {
            var counts = (calls: 0, requests: 0)
            let window = TimeWindow(since: since, until: until)
            try store.read { snapshot in
                try snapshot.forEachCall(in: window, names: [], of: .all) {
                    counts.calls += $0.count
                }
                try snapshot.forEachRequest(endedIn: window, of: .all) {
                    counts.requests += $0.count
                }
            }
            return counts
        }
        #expect(try count(first, last + 1) == (Self.events, Self.events / 2))
        #expect(try count(first + 1, last + 1) == (Self.events - 1, Self.events / 2))
        #expect(try count(first, last) == (Self.events - 1, Self.events / 2 - 1))
    }

    @Test("A query that is given up ends, however far it has got")
    func givenUp() throws {
        let (fixture, store) = try Self.filled()
        defer { withExtendedLifetime(store) {} }
        let control = QueryControl()
        let ticket = QueryTicket(deadline: .now + .seconds(600))
        let reader = try SQLiteStore.openForReading(fixture.path, control: control)
        var taken = 0
        #expect {
            try control.run(ticket) {
                try reader.read { snapshot in
                    try snapshot.forEachCall(in: Self.always, names: [], of: .all) { units in
                        taken += units.count
                        if taken > 10_000 { ticket.cancel() }
                    }
                }
            }
        } throws: { ($0 as? StoreError)?.code == .interrupted }
        #expect(taken > 10_000)
    }
}
