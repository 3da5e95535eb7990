import AgentEvents
import EventStorage
import Foundation
import Notifications
import Resilience
import Testing

/// The service as it runs, against the server in Python.
struct LiveDeliveryTests {
    private static func now() -> Timestamp {
        Timestamp(micros: Int64(Date().timeIntervalSince1970 * 1e6))
    }

    private func service(
        _ outbox: MemoryOutbox,
        _ settings: [ReceiverSettings],
        fast: Bool = true
    ) throws -> DeliveryService {
        DeliveryService(
            outbox: outbox,
            receivers: try settings.map { try $0.receiver() },
            transport: SystemTransport(
                http: HTTPSender(now: Self.now),
                processes: ProcessRunner(environment: [:]),
                log: { _ in }
            ),
            surroundings: DeliveryService.Surroundings(
                now: Self.now,
                sleep: { try await Task.sleep(for: .microseconds(min($0, 20_000))) },
                seed: 1
            ),
            policy: BackoffPolicy(firstCeiling: 20_000, maxCeiling: 50_000)
        )
    }

    /// Waits until something is so, for at most 60 s.
    private func eventually(_ isSo: () async throws -> Bool) async throws -> Bool {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            if try await isSo() { return true }
            try await Task.sleep(for: .milliseconds(5))
        }
        return false
    }

    @Test("A receiver that hangs, and a program that does, delay no other")
    func hanging() async throws {
        let server = try TestServer()
        let long = 600 * Micros.second
        let outbox = MemoryOutbox(
            ["hangs", "sleeps", "works"].map { Samples.delivery($0, to: $0, madeAt: Self.now()) }
        )
        let service = try service(
            outbox,
            [
                Samples.settings(.webhook, name: "hangs", url: server.url("/hang"), timeout: long),
                Samples.settings(
                    .command,
                    name: "sleeps",
                    command: ["/bin/sleep", "600"],
                    timeout: long
                ),
                Samples.settings(.webhook, name: "works", url: server.url("/ok?1")),
            ]
        )
        let running = Task { await service.run() }
        #expect(try await eventually { await outbox.deliveredIDs == ["works"] })
        #expect(try await eventually { try server.requests().contains { $0.path == "/hang" } })
        // A second message to the one that works, while the others still hang.
        await outbox.add(Samples.delivery("more", to: "works", madeAt: Self.now()))
        await service.wake()
        #expect(try await eventually { await outbox.deliveredIDs == ["works", "more"] })
        // Stopping breaks off what hangs, and leaves it pending.
        let clock = ContinuousClock.now
        running.cancel()
        await running.value
        #expect(ContinuousClock.now - clock < .seconds(300))
        #expect(await Set(outbox.waiting.map(\.id)) == ["hangs", "sleeps"])
        #expect(await outbox.waiting.allSatisfy { $0.failures == 0 })
    }

    @Test("500 ten times and then 200: arrives, breaker and all, under the same key every time")
    func failures() async throws {
        let server = try TestServer()
        // Real requests, but the waits between them pass at once.
        let clock = SimulatedClock()
        let outbox = MemoryOutbox([Samples.delivery("d1", madeAt: clock.now)])
        let settings = Samples.settings(
            .webhook,
            url: server.url("/fail/10/x"),
            secret: "k3y-of-ops"
        )
        let service = DeliveryService(
            outbox: outbox,
            receivers: [try settings.receiver()],
            transport: SystemTransport(
                http: HTTPSender { clock.now },
                processes: ProcessRunner(environment: [:]),
                log: { _ in }
            ),
            surroundings: clock.surroundings
        )
        for _ in 0..<1_000 where await !outbox.waiting.isEmpty {
            await service.deliverDue()
            clock.advance(seconds: 10)
        }
        #expect(await outbox.deliveredIDs == ["d1"])
        let requests = try server.requests()
        #expect(requests.count == 11)
        #expect(Set(requests.map(\.body)).count == 1)
        #expect(Set(requests.map { $0.headers["X-Agentwatch-Delivery"] }) == ["d1"])
        // The time is signed, so that each attempt has a signature of its own.
        #expect(Set(requests.map { $0.headers["X-Agentwatch-Signature"] }).count > 5)
        #expect(await outbox.errors == Array(repeating: "HTTP 500: sorry", count: 10))
    }

    @Test("Messages of several kinds that go wrong say so without the secrets of their receivers")
    func noSecrets() async throws {
        let server = try TestServer()
        let settings = [
            Samples.settings(.slack, name: "a", url: server.url("/status/400/hunter2")),
            Samples.settings(
                .pagerduty,
                name: "b",
                url: server.url("/status/403"),
                secret: "hunter2hunter2hunter2hunter2hunt"
            ),
            Samples.settings(
                .webhook,
                name: "c",
                url: server.url("/reset/hunter2"),
                secret: "hunter2"
            ),
            Samples.settings(.alertmanager, name: "d", url: "http://127.0.0.1:1/hunter2"),
            Samples.settings(.webhook, name: "e", url: "http://nowhere.invalid/hunter2"),
        ]
        let outbox = MemoryOutbox(settings.map { Samples.delivery($0.name, to: $0.name) })
        let service = try service(outbox, settings)
        await service.deliverDue()
        var texts = await outbox.errors + outbox.givenUp.values
        texts += try await service.status().map { "\($0)" }
        #expect(texts.count == 10)
        for text in texts { #expect(!text.contains("hunter2"), "\(text)") }
    }
}
