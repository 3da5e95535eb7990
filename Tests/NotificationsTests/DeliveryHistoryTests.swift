import AgentEvents
import EventStorage
import Notifications
import Resilience
import Synchronization
import Testing

/// Random histories: receivers that fail, a store that is busy, programs that end at any point.
struct DeliveryHistoryTests {
    /// SplitMix64.
    private final class Dice: Sendable {
        private let state: Mutex<UInt64>

        init(seed: UInt64) { state = Mutex(seed) }

        func below(_ bound: UInt64) -> UInt64 {
            state.withLock { state in
                state &+= 0x9e37_79b9_7f4a_7c15
                var word = state
                word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
                word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
                return (word ^ word >> 31) % bound
            }
        }
    }

    /// Fires and resolves three alerts a few times, several to a message.
    private func deliveries(_ dice: Dice) -> [PendingDelivery] {
        (0..<20).map { number in
            let alerts = (0...dice.below(2)).map { _ in
                Samples.alert(key: "key\(dice.below(3))", dice.below(2) == 0 ? .firing : .resolved)
            }
            return Samples.delivery("\(number)", alerts)
        }
    }

    @Test("Nothing is lost, and what tells of the same alert arrives in order", arguments: 0..<60)
    func history(seed: Int) async throws {
        let dice = Dice(seed: UInt64(seed))
        let clock = SimulatedClock()
        let all = deliveries(dice)
        let outbox = MemoryOutbox(all, busyIn: { dice.below(8) == 0 })
        let transport = IDTransport(dice.below(4) + 1, dice.below)
        var crashes = 0
        while await !outbox.waiting.isEmpty, crashes < 200 {
            let service = DeliveryService(
                outbox: outbox,
                receivers: [try Samples.settings(.webhook, url: "http://127.0.0.1/").receiver()],
                transport: transport,
                surroundings: clock.surroundings
            )
            for _ in 0..<(1 + dice.below(20)) {
                await service.deliverDue()
                clock.advance(seconds: Int64(dice.below(120)))
            }
            crashes += 1
        }
        let arrived = transport.arrived
        let done = await Set(outbox.deliveredIDs).union(outbox.givenUp.keys)
        #expect(done == Set(all.map(\.id)), "seed \(seed)")
        #expect(await Set(outbox.deliveredIDs).isSubset(of: arrived), "seed \(seed)")
        for key in ["key0", "key1", "key2"] {
            let about = Set(
                all.filter { $0.message.alerts.contains { $0.dedupKey == key } }.map(\.id)
            )
            // Repeats after a crash come before anything later.
            let order = arrived.filter(about.contains).compactMap { Int($0) }
            #expect(order == order.sorted(), "seed \(seed), \(key): \(order)")
        }
    }

    /// Accepts, fails or refuses at random, and keeps the names of what arrived.
    private final class IDTransport: Transport {
        private let kept = Mutex([String]())
        private let roll: @Sendable (UInt64) -> UInt64
        private let luck: UInt64

        init(_ luck: UInt64, _ roll: @escaping @Sendable (UInt64) -> UInt64) {
            self.luck = luck
            self.roll = roll
        }

        var arrived: [String] { kept.withLock { $0 } }

        func carry(_ outgoing: Outgoing, timeout: Int64) async -> AttemptResult {
            guard case .requests(let requests) = outgoing,
                let id = requests[0].headers["X-Agentwatch-Delivery"]
            else { return .refused("no request") }
            let chance = roll(12)
            if chance == 11 { return .refused("no") }
            // A request may arrive although its answer does not.
            if chance <= luck { kept.withLock { $0.append(id) } }
            return chance < luck ? .accepted : .again("down")
        }
    }
}
