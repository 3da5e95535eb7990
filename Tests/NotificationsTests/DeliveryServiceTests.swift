import AgentEvents
import EventStorage
import Notifications
import Resilience
import Testing

/// With a simulated clock and a transport that answers as scripted.
struct DeliveryServiceTests {
    private let clock = SimulatedClock()

    private func service(
        _ outbox: MemoryOutbox,
        _ transport: ScriptedTransport,
        receivers: [String] = ["ops"]
    ) throws -> DeliveryService {
        DeliveryService(
            outbox: outbox,
            receivers: try receivers.map { try Samples.settings(.log, name: $0).receiver() },
            transport: transport,
            surroundings: clock.surroundings
        )
    }

    @Test("Retried with growing waits until it arrives, under the same key each time")
    func retries() async throws {
        let outbox = MemoryOutbox([Samples.delivery()])
        let transport = ScriptedTransport { attempt, _ in attempt < 10 ? .again("500") : .accepted }
        let service = try service(outbox, transport)
        for _ in 0..<4_000 where await !outbox.waiting.isEmpty {
            await service.deliverDue()
            clock.advance(seconds: 1)
        }
        #expect(await outbox.deliveredIDs == ["1"])
        #expect(transport.attempts.count == 11)
        #expect(Set(transport.attempts.map(\.lines)).count == 1)
        #expect(transport.attempts[0].lines[0].contains("dedup_key="))
        let status = try #require(try await service.status().first)
        #expect(status.breaker == .closed(failures: 0))
        #expect(status.lastProblem == "500")
    }

    @Test("Five failures open the breaker; then one attempt a minute, and all once it succeeds")
    func breaker() async throws {
        let alerts = (0..<8).map { Samples.alert(key: "k\($0)") }
        let deliveries = alerts.enumerated().map { Samples.delivery("\($0)", [$1]) }
        let outbox = MemoryOutbox(deliveries)
        let transport = ScriptedTransport { attempt, _ in attempt < 6 ? .again("x") : .accepted }
        let service = try service(outbox, transport)
        await service.deliverDue()
        #expect(transport.attempts.count == 5)
        #expect(try await service.status()[0].breaker == .open(until: clock.now + Micros.minute))
        clock.advance(seconds: 59)
        await service.deliverDue()
        #expect(transport.attempts.count == 5)
        clock.advance(seconds: 1)
        await service.deliverDue()
        #expect(transport.attempts.count == 6)
        clock.advance(seconds: 60)
        await service.deliverDue()
        #expect(await outbox.deliveredIDs.count == 8)
        #expect(transport.attempts.count == 14)
    }

    @Test("Retry-After keeps the receiver from everything until then")
    func retryAfter() async throws {
        let outbox = MemoryOutbox([
            Samples.delivery("1", [Samples.alert(key: "a")]),
            Samples.delivery("2", [Samples.alert(key: "b")]),
        ])
        let transport = ScriptedTransport { attempt, _ in
            let wait = AttemptVerdict.again(after: 90 * Micros.second)
            return attempt == 0 ? AttemptResult(verdict: wait, problem: "429") : .accepted
        }
        let service = try service(outbox, transport)
        await service.deliverDue()
        clock.advance(seconds: 89)
        await service.deliverDue()
        #expect(transport.attempts.count == 1)
        clock.advance(seconds: 1)
        await service.deliverDue()
        #expect(await outbox.deliveredIDs == ["1", "2"])
    }

    @Test("What is refused is given up on at once and stays visible; others go on")
    func refused() async throws {
        let outbox = MemoryOutbox([
            Samples.delivery("1", [Samples.alert(key: "a")]),
            Samples.delivery("2", [Samples.alert(key: "b")]),
            Samples.delivery("3", to: "nobody"),
        ])
        let transport = ScriptedTransport { attempt, _ in
            attempt == 0 ? .refused("HTTP 404") : .accepted
        }
        try await service(outbox, transport).deliverDue()
        #expect(await outbox.deliveredIDs == ["2"])
        #expect(await outbox.givenUp == ["1": "HTTP 404", "3": "no receiver is named nobody"])
    }

    @Test("Given up on after a day, and not before")
    func givingUp() async throws {
        let outbox = MemoryOutbox([Samples.delivery()])
        let service = try service(outbox, ScriptedTransport { _, _ in .again("down") })
        var seconds = 0
        while await outbox.givenUp.isEmpty, seconds < 100_000 {
            await service.deliverDue()
            clock.advance(seconds: 10)
            seconds += 10
        }
        #expect((86_400...87_000).contains(seconds), "\(seconds)")
        #expect(await outbox.givenUp == ["1": "down"])
    }

    @Test("What tells of the same alert stays in order; the rest does not wait for it")
    func order() async throws {
        let outbox = MemoryOutbox([
            Samples.delivery("1", [Samples.alert(key: "a"), Samples.alert(key: "b")]),
            Samples.delivery("2", [Samples.alert(key: "c")]),
            Samples.delivery("3", [Samples.alert(key: "b", .resolved), Samples.alert(key: "d")]),
            Samples.delivery("4", [Samples.alert(key: "d", .resolved)]),
        ])
        let transport = ScriptedTransport { attempt, _ in attempt == 0 ? .again("x") : .accepted }
        let service = try service(outbox, transport)
        await service.deliverDue()
        #expect(await outbox.deliveredIDs == ["2"])
        clock.advance(seconds: 2)
        await service.deliverDue()
        #expect(await outbox.deliveredIDs == ["2", "1", "3", "4"])
    }

    @Test("What arrived while the outbox was busy is not sent again")
    func busyOutbox() async throws {
        let outbox = MemoryOutbox([Samples.delivery()], failingWrites: 3)
        let transport = ScriptedTransport { _, _ in .accepted }
        let service = try service(outbox, transport)
        for _ in 0..<5 { await service.deliverDue() }
        #expect(transport.attempts.count == 1)
        #expect(await outbox.deliveredIDs == ["1"])
        #expect(try await service.status()[0].lastProblem?.contains("outbox") == true)
    }

    @Test("After a crash between arrival and writing that down, it is sent again with the same key")
    func crash() async throws {
        let outbox = MemoryOutbox([Samples.delivery()], failingWrites: 1)
        let transport = ScriptedTransport { _, _ in .accepted }
        try await service(outbox, transport).deliverDue()
        try await service(outbox, transport).deliverDue()
        #expect(transport.attempts.count == 2)
        #expect(transport.attempts[0].lines == transport.attempts[1].lines)
        #expect(await outbox.deliveredIDs == ["1"])
    }

    @Test("Each receiver has a breaker and counts of its own")
    func lanes() async throws {
        let outbox = MemoryOutbox(
            (0..<6).map { Samples.delivery("bad\($0)", to: "bad", [Samples.alert(key: "\($0)")]) }
                + [Samples.delivery("good", to: "good")]
        )
        let transport = Lanes()
        let service = DeliveryService(
            outbox: outbox,
            receivers: [
                try Samples.settings(.webhook, name: "bad", url: "http://127.0.0.1/bad").receiver(),
                try Samples.settings(.webhook, name: "good", url: "http://127.0.0.1/").receiver(),
            ],
            transport: transport,
            surroundings: clock.surroundings
        )
        await service.deliverDue()
        let status = try await service.status()
        #expect(status.map(\.receiver) == ["bad", "good"])
        #expect(status[0].breaker == .open(until: clock.now + Micros.minute))
        #expect(status[0].count.pending == 6)
        #expect(status[0].count.oldestPending == Samples.start)
        #expect(status[1].breaker == .closed(failures: 0))
        #expect(status[1].lastDelivered == clock.now)
    }

    /// Fails for what is sent to the receiver named `bad`.
    private struct Lanes: Transport {
        func carry(_ outgoing: Outgoing, timeout: Int64) async -> AttemptResult {
            guard case .requests(let requests) = outgoing else { return .refused("no request") }
            let isBad = String(decoding: requests[0].body, as: UTF8.self).contains("\"bad\"")
            return isBad ? .again("down") : .accepted
        }
    }
}
