package import AgentEvents
package import EventStorage
package import Resilience

/// Delivers what waits in the outbox, at least once, each receiver by itself: one that hangs or
/// fails delays no other.
package actor DeliveryService {
    /// What is known of one receiver while the program runs.
    private struct Lane {
        var breaker = CircuitBreaker()
        /// When the receiver may be tried again, as it asked for with Retry-After.
        var pausedUntil = Timestamp.distantPast
        var isBusy = false
        var lastDelivered: Timestamp?
        var lastProblem: String?
        var lastProblemAt: Timestamp?
    }

    /// What surrounds it.
    package struct Surroundings: Sendable {
        /// The wall clock.
        package var now: @Sendable () -> Timestamp
        /// Waits for a time in microseconds; throws when cancelled.
        package var sleep: @Sendable (_ micros: Int64) async throws -> Void
        /// Chance, for the lengths of waits.
        package var seed: UInt64

        package init(
            now: @escaping @Sendable () -> Timestamp,
            sleep: @escaping @Sendable (_ micros: Int64) async throws -> Void,
            seed: UInt64
        ) {
            self.now = now
            self.sleep = sleep
            self.seed = seed
        }
    }

    private let outbox: any NotificationOutbox
    private var receivers: [String: any Receiver]
    /// Receivers that are configured and cannot be used, with why; what waits for them stays.
    private var unusable: [String: String] = [:]
    private let transport: any Transport
    private let surroundings: Surroundings
    private let policy: BackoffPolicy
    private var lanes: [String: Lane] = [:]
    /// Results that the outbox could not take down; not sent again for as long as this program
    /// runs.
    private var unrecorded: [String: AttemptResult] = [:]
    private var nap: Task<Void, any Error>?
    private var wasWoken = false

    /// How often the outbox is looked at when nobody calls `wake`, in microseconds.
    private static let lookEvery = Micros.second

    package init(
        outbox: any NotificationOutbox,
        receivers: [any Receiver],
        transport: any Transport,
        surroundings: Surroundings,
        policy: BackoffPolicy = BackoffPolicy()
    ) {
        self.outbox = outbox
        self.receivers = Dictionary(receivers.map { ($0.settings.name, $0) }) { $1 }
        self.transport = transport
        self.surroundings = surroundings
        self.policy = policy
    }

    /// Delivers to these receivers from now on.
    ///
    /// `unusable`: those that are configured and cannot be used, with why.
    package func use(_ receivers: [any Receiver], unusable: [String: String]) {
        self.receivers = Dictionary(receivers.map { ($0.settings.name, $0) }) { $1 }
        self.unusable = unusable
    }

    /// Delivers until the task is cancelled; what is under way then stays pending.
    package func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                for (name, deliveries) in await idleLanes() {
                    group.addTask { await self.deliver(deliveries, to: name) }
                }
                await rest()
            }
            group.cancelAll()
        }
    }

    /// Delivers what is due now, once, and returns when all has been tried.
    package func deliverDue() async {
        let work = await idleLanes()
        await withDiscardingTaskGroup { group in
            for (name, deliveries) in work {
                group.addTask { await self.deliver(deliveries, to: name) }
            }
        }
    }

    /// There is something new in the outbox.
    package func wake() {
        wasWoken = true
        nap?.cancel()
    }

    /// How it is going, by receiver, in the order of the names.
    package func status() async throws -> [DeliveryStatus] {
        let counts = try await outbox.counts()
        let names = Set(receivers.keys).union(unusable.keys).union(counts.keys).union(lanes.keys)
        return names.sorted().map { name in
            let lane = lanes[name] ?? Lane()
            return DeliveryStatus(
                receiver: name,
                kind: receivers[name]?.settings.kind,
                breaker: lane.breaker.state,
                count: counts[name] ?? OutboxCount(),
                lastDelivered: lane.lastDelivered,
                lastProblem: lane.lastProblem,
                lastProblemAt: lane.lastProblemAt
            )
        }
    }

    private func rest() async {
        guard !wasWoken, !Task.isCancelled else {
            wasWoken = false
            return
        }
        let sleep = surroundings.sleep
        let nap = Task { try await sleep(Self.lookEvery) }
        self.nap = nap
        await withTaskCancellationHandler {
            // Cut short or not, what follows is the same.
            _ = await nap.result
        } onCancel: {
            nap.cancel()
        }
        wasWoken = false
    }

    /// The deliveries of each receiver that is not being delivered to, which from now on it is.
    private func idleLanes() async -> [(name: String, deliveries: [PendingDelivery])] {
        let pending: [PendingDelivery]
        do {
            pending = try await outbox.pending(now: surroundings.now())
        } catch {
            for name in receivers.keys { note("the outbox cannot be read: \(error)", name) }
            return []
        }
        let groups = Dictionary(grouping: pending) { $0.message.receiver }
        let idle = groups.filter { lanes[$0.key]?.isBusy != true }
        for name in idle.keys { lanes[name, default: Lane()].isBusy = true }
        return idle.map { ($0.key, $0.value) }
    }

    private func deliver(_ deliveries: [PendingDelivery], to name: String) async {
        var order = DeliveryOrder()
        for delivery in deliveries {
            let now = surroundings.now()
            if let result = unrecorded[delivery.id] {
                if await !recordToTheEnd(result, of: delivery, name) { order.remains(delivery) }
                continue
            }
            guard order.admits(delivery, now: now) else { continue }
            guard mayTry(name, now) else { break }
            let result = await attempt(delivery, name)
            if Task.isCancelled, result.verdict != .accepted {
                lanes[name]?.breaker.abandoned(now: surroundings.now())
                break
            }
            learn(result, name)
            if await !recordToTheEnd(result, of: delivery, name) { order.remains(delivery) }
        }
        lanes[name]?.isBusy = false
    }

    private func mayTry(_ name: String, _ now: Timestamp) -> Bool {
        guard var lane = lanes[name] else { return true }
        // A clock that was set back must not make the pause longer than a receiver can ask for.
        let pause = lane.pausedUntil.micros - now.micros
        guard pause <= 0 || pause > AttemptVerdict.maxRetryAfter else { return false }
        defer { lanes[name] = lane }
        return lane.breaker.admits(now: now)
    }

    private func attempt(_ delivery: PendingDelivery, _ name: String) async -> AttemptResult {
        guard let receiver = receivers[name] else {
            if let problem = unusable[name] { return .again(problem) }
            return .refused("no receiver is named \(name)")
        }
        let outgoing: Outgoing
        do {
            outgoing = try receiver.outgoing(for: delivery, at: surroundings.now())
        } catch {
            return .refused("the message cannot be written: \(error)")
        }
        return await transport.carry(outgoing, timeout: receiver.settings.timeout)
    }

    /// What an attempt says of the receiver, apart from the delivery.
    private func learn(_ result: AttemptResult, _ name: String) {
        let now = surroundings.now()
        switch result.verdict {
        case .accepted:
            lanes[name]?.breaker.succeeded()
            lanes[name]?.lastDelivered = now
        case .refused:
            // It answers, so others may well arrive.
            lanes[name]?.breaker.succeeded()
        case .again(let after):
            lanes[name]?.breaker.failed(now: now)
            if let after { lanes[name]?.pausedUntil = now + after }
        }
        if let problem = result.problem { note(problem, name) }
    }

    private func note(_ problem: String, _ name: String) {
        lanes[name, default: Lane()].lastProblem = problem
        lanes[name, default: Lane()].lastProblemAt = surroundings.now()
    }

    /// Records a result also while the program is being stopped: a delivered notification must not
    /// be sent again.
    private func recordToTheEnd(
        _ result: AttemptResult,
        of delivery: PendingDelivery,
        _ name: String
    ) async -> Bool {
        // A task of its own does not share the cancellation.
        await Task { await record(result, of: delivery, name) }.value
    }

    /// Takes a result down.
    ///
    /// - Returns: whether the delivery is done with, so that later ones about the same may go.
    private func record(
        _ result: AttemptResult,
        of delivery: PendingDelivery,
        _ name: String
    ) async -> Bool {
        let now = surroundings.now()
        let problem = result.problem ?? ""
        do {
            switch result.verdict {
            case .accepted: try await outbox.delivered(id: delivery.id, at: now)
            case .refused: try await outbox.gaveUp(id: delivery.id, error: problem, at: now)
            case .again where policy.givesUp(madeAt: delivery.madeAt, now: now):
                try await outbox.gaveUp(id: delivery.id, error: problem, at: now)
            case .again(let after):
                let delay = max(after ?? Int64.zero, self.delay(before: delivery))
                try await outbox.failed(id: delivery.id, retryAt: now + delay, error: problem)
                unrecorded[delivery.id] = nil
                return false
            }
            unrecorded[delivery.id] = nil
            return true
        } catch {
            unrecorded[delivery.id] = result
            note("the outbox cannot be written: \(error)", name)
            return false
        }
    }

    /// Other deliveries wait for other lengths.
    private func delay(before delivery: PendingDelivery) -> Int64 {
        let seed = delivery.id.utf8.reduce(surroundings.seed) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        return policy.delay(afterFailures: delivery.failures + 1, seed: seed)
    }
}
