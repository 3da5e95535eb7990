import AgentEvents
import EventStorage
import SQLiteStorage
import Testing

struct AlertStoreTests {
    private static let now = Timestamp(micros: 1_795_000_020_000_000)
    private static let hostile = "a\u{1f}\"'\\ é\n"

    private static func record(_ agent: String?) -> AlertRecord {
        let id = AlertID(rule: hostile, labels: [AlertLabel("agent", agent)])
        var record = AlertRecord(id, now: now)
        record.state = .recovering
        record.result = .insufficient
        record.value = 0.1 + 0.2
        record.n = 7
        record.reason = hostile
        record.breachStart = now - 5
        record.judgedAt = now - 3
        record.held = 12
        return record
    }

    private static func delivery(_ id: String, at time: Timestamp = now) -> PendingDelivery {
        let alert = NotifiedAlert(
            dedupKey: "k",
            rule: hostile,
            severity: "warning",
            state: .firing,
            labels: ["agent": hostile],
            startsAt: now,
            reason: hostile
        )
        let message = AlertMessage(receiver: "ops", alerts: [alert])
        return PendingDelivery(id: id, message: message, madeAt: time, dueAt: time)
    }

    private static func cycle(
        _ records: [AlertRecord],
        transitions: [AlertTransition] = [],
        notices: [AlertNotice] = [],
        deliveries: [PendingDelivery] = [],
        at time: Timestamp = now
    ) -> AlertCycle {
        AlertCycle(
            now: time,
            records: records,
            transitions: transitions,
            notices: notices,
            deliveries: deliveries
        )
    }

    @Test("A cycle comes back as it was, whatever names hold, and the next one replaces it")
    func roundTrip() throws {
        let fixture = try StoreFixture()
        let records = [Self.record(nil), Self.record(""), Self.record(Self.hostile)]
        let change = AlertTransition(
            to: records[0],
            from: .firing,
            at: Self.now,
            reason: Self.hostile,
            breachStart: Self.now - 5
        )
        let notice = AlertNotice(
            records[0].id,
            receiver: Self.hostile,
            breachStart: Self.now - 5,
            severity: "critical",
            toldAt: Self.now
        )
        try fixture.open().commit(
            Self.cycle(records, transitions: [change], notices: [notice])
        )
        let store = try SQLiteStore.openForReading(fixture.path)
        let memory = try store.read { try $0.alertMemory() }
        #expect(Set(memory.records.map(\.id)) == Set(records.map(\.id)))
        for record in records { #expect(memory.records.contains(record)) }
        #expect(memory.notices == [notice])
        let window = TimeWindow(since: Self.now, until: Self.now + 1)
        #expect(try store.read { try $0.transitions(in: window, limit: 10) } == [change])
        let before = TimeWindow(since: Self.now - 1, until: Self.now)
        #expect(try store.read { try $0.transitions(in: before, limit: 10) }.isEmpty)
        try fixture.open().commit(Self.cycle([]))
        #expect(try store.read { try $0.alertMemory() }.records.isEmpty)
        #expect(try store.read { try $0.transitions(in: window, limit: 10) }.count == 1)
    }

    @Test("Nothing of a cycle is stored where one part of it cannot be")
    func allOrNothing() throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        try store.commit(Self.cycle([Self.record("a")], deliveries: [Self.delivery("1")]))
        let twice = Self.cycle(
            [Self.record("b"), Self.record("b")],
            deliveries: [Self.delivery("2")]
        )
        #expect(throws: StoreError.self) { try store.commit(twice) }
        let memory = try store.read { try $0.alertMemory() }
        #expect(memory.records.map(\.labels) == [[AlertLabel("agent", "a")]])
    }

    @Test("A delivery waits until it has arrived or is given up on, in the order of its making")
    func outbox() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        let made = (1...3).map { Self.delivery("\($0)") }
        try store.commit(Self.cycle([], deliveries: made))
        #expect(try await store.pending(now: Self.now) == made)
        try await store.failed(id: "1", retryAt: Self.now + 60, error: "503")
        try await store.delivered(id: "2", at: Self.now + 1)
        try await store.gaveUp(id: "3", error: "404", at: Self.now + 2)
        // What has ended stays as it is.
        try await store.failed(id: "2", retryAt: Self.now, error: "late")
        let waiting = try await store.pending(now: Self.now)
        #expect(waiting.map(\.id) == ["1"])
        #expect(waiting[0].failures == 1 && waiting[0].dueAt == Self.now + 60)
        #expect(
            try await store.counts() == [
                "ops": OutboxCount(pending: 1, gaveUp: 1, oldestPending: Self.now)
            ]
        )
        let window = TimeWindow(since: Self.now, until: Self.now + 1)
        let all = try store.read { try $0.deliveries(in: window, limit: 10) }
        #expect(all.map(\.delivery) == ["3", "2", "1"])
        #expect(all.map(\.state) == [.gaveUp, .delivered, .pending])
        #expect(all.map(\.error) == ["404", nil, "503"])
        #expect(all[0].endedAt == Self.now + 2)
    }

    @Test("What is old and ended goes; what waits stays, however old")
    func pruning() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        let old = Self.now - 100 * Micros.day
        let both = [Self.delivery("done", at: old), Self.delivery("waits", at: old)]
        try store.commit(Self.cycle([], deliveries: both, at: old))
        try await store.delivered(id: "done", at: old)
        try store.commit(Self.cycle([]))
        #expect(try await store.pending(now: Self.now).map(\.id) == ["waits"])
        let window = TimeWindow(since: old, until: Self.now)
        #expect(
            try store.read { try $0.deliveries(in: window, limit: 10) }.map(\.delivery) == ["waits"]
        )
    }

    @Test(
        "Of a receiver that is down the first messages are looked at, and others are not held back"
    )
    func backlog() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        var other = Self.delivery("other")
        other.message.receiver = "chat"
        let many = (0..<50).map { Self.delivery("\($0)") } + [other]
        try store.commit(Self.cycle([], deliveries: many))
        let first = (0..<20).map { "\($0)" }
        #expect(try await store.pending(now: Self.now).map(\.id) == first + ["other"])
        for id in first { try await store.delivered(id: id, at: Self.now) }
        #expect(try await store.pending(now: Self.now).map(\.id).first == "20")
        // The same message of the same moment is there once.
        try store.commit(Self.cycle([], deliveries: [Self.delivery("30")]))
        #expect(try await store.counts()["ops"]?.pending == 30)
        let window = TimeWindow(since: Self.now, until: Self.now + 1)
        let all = try store.read { try $0.deliveries(in: window, limit: 100) }
        #expect(all.count == 51 && all.allSatisfy { $0.firing == 1 && $0.resolved == 0 })
    }

    @Test("A silence has a number of its own, and ends when it is told to")
    func silences() throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        func silence(_ minutes: Int64) -> Silence {
            Silence(
                matchers: [Silence.Matcher("rule", Self.hostile)],
                startsAt: Self.now,
                endsAt: Self.now + minutes * Micros.minute,
                author: Self.hostile,
                comment: ""
            )
        }
        let (first, second) = (try store.add(silence(5)), try store.add(silence(50)))
        #expect(first != second)
        var stored = silence(50)
        stored.id = second
        #expect(try store.read { try $0.alertMemory() }.silences.last == stored)
        #expect(try store.expireSilence(second, at: Self.now + Micros.minute))
        #expect(try !store.expireSilence(second, at: Self.now + Micros.minute))
        #expect(try !store.expireSilence(99, at: Self.now))
        let all = try store.read { try $0.alertMemory() }.silences
        #expect(all.map(\.id) == [first, second])
        #expect(all.map(\.endsAt) == [Self.now + 5 * Micros.minute, Self.now + Micros.minute])
    }

    @Test("One evaluator at a time; the second says who the first is, and may wait for it")
    func lock() throws {
        let fixture = try StoreFixture()
        _ = try fixture.open()
        do {
            let first = try ProcessLock(.alerting, databasePath: fixture.path)
            let error = #expect(throws: StoreError.self) {
                try ProcessLock(
                    .alerting,
                    databasePath: fixture.path,
                    patience: .milliseconds(200)
                )
            }
            #expect(error?.code == .busy)
            // A follower has a lock of its own.
            _ = try ProcessLock(.following, databasePath: fixture.path)
            withExtendedLifetime(first) {}
        }
        _ = try ProcessLock(.alerting, databasePath: fixture.path)
    }
}
