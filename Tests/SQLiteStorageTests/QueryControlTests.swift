import AgentEvents
import EventStorage
import SQLiteStorage
import Testing

struct QueryControlTests {
    private func store() throws -> (
        fixture: StoreFixture, control: QueryControl, store: SQLiteStore
    ) {
        let fixture = try StoreFixture()
        let drafts = (0..<20_000).map {
            Draft(.toolCall, request: "r\($0)", at: Double($0), offset: Int64($0))
        }
        _ = try fixture.open().commit(IngestBatch(drafts, from: 0, to: 1), now: .earliestAccepted)
        let control = QueryControl()
        return (fixture, control, try SQLiteStore.openForReading(fixture.path, control: control))
    }

    private func countCalls(_ store: SQLiteStore) throws -> Int {
        var count = 0
        let all = TimeWindow(since: .distantPast, until: .distantFuture)
        try store.read { snapshot in
            try snapshot.forEachCall(in: all, names: [.subject], of: .all) {
                count += $0.count
            }
        }
        return count
    }

    @Test(
        "A query that nobody waits for, or that is late, ends; the next one on its connection runs"
    )
    func ends() throws {
        let (_, control, store) = try store()
        let cancelled = QueryTicket(deadline: .now + .seconds(60))
        cancelled.cancel()
        for ticket in [cancelled, QueryTicket(deadline: .now - .seconds(1))] {
            let error = #expect(throws: StoreError.self) {
                try control.run(ticket) { try countCalls(store) }
            }
            #expect(error?.code == .interrupted)
            let fresh = QueryTicket(deadline: .now + .seconds(60))
            #expect(try control.run(fresh) { try countCalls(store) } == 20_000)
        }
        #expect(try countCalls(store) == 20_000, "without a ticket nothing ends it")
    }
}
