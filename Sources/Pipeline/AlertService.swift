package import AgentEvents
package import EventStorage
import Foundation
package import Logging
package import Notifications
import Presentation
import ServiceLifecycle
import Synchronization

/// Evaluates the stored rules again and again and delivers what follows, until it is told to stop.
///
/// Whoever runs it holds `StoreChoice.alertLock`. Where several machines share the store, it evaluates while it is this
/// machine's turn.
package final class AlertService: Service {
    private let store: any AlertStore
    private let reader: any EventStore
    private let evaluator: AlertEvaluator
    private let every: Duration
    private let environment: [String: String]
    private let logger: Logger
    private let onCycle: @Sendable (AlertEvaluator.Outcome) -> Void
    /// Delivers, and knows how that goes.
    package let delivery: DeliveryService
    private let state = Mutex(State())

    private struct State {
        var receivers: [ReceiverConfiguration]?
        var missed: Int64 = 0
        /// Whose it was to evaluate last.
        var turn: EvaluationTurn = .own
    }

    /// Evaluates when it is run.
    ///
    /// - Parameters:
    ///   - store: where alerts and messages are kept.
    ///   - reader: another connection to the same store, which evaluations read by.
    ///   - every: the time from one evaluation to the next.
    ///   - environment: the variables that secrets of receivers may stand for.
    ///   - logger: takes transitions, problems, and the messages of receivers of type `log`.
    ///   - onCycle: told of every evaluation.
    package init(
        store: any AlertStore,
        reader: any EventStore,
        every: Duration,
        environment: [String: String],
        logger: Logger,
        onCycle: @escaping @Sendable (AlertEvaluator.Outcome) -> Void = { _ in }
    ) {
        self.store = store
        self.reader = reader
        evaluator = AlertEvaluator(store, reader: reader)
        self.every = every
        self.environment = environment
        self.logger = logger
        self.onCycle = onCycle
        delivery = Self.delivery(store, environment: environment, logger: logger)
    }

    /// Delivers what waits in the outbox.
    private static func delivery(
        _ store: any AlertStore,
        environment: [String: String],
        logger: Logger
    ) -> DeliveryService {
        DeliveryService(
            outbox: store,
            receivers: [],
            transport: transport(environment: environment, logger: logger),
            surroundings: DeliveryService.Surroundings(
                now: SystemClock.now,
                sleep: { try await Task.sleep(for: .microseconds($0)) },
                seed: UInt64.random(in: .min ... .max)
            )
        )
    }

    /// Carries messages over the network, to programs, and into the log.
    static func transport(environment: [String: String], logger: Logger) -> some Transport {
        SystemTransport(
            http: HTTPSender(now: SystemClock.now),
            processes: ProcessRunner(environment: environment),
            log: { line in
                let level: Logger.Level = line.severity == "info" ? .notice : .warning
                logger.log(level: level, "\(line.text)")
            }
        )
    }

    /// How many evaluations did not take place since the one before them took too long.
    package var missedCycles: Int64 { state.withLock(\.missed) }

    /// Evaluates until graceful shutdown; messages that are under way then stay in the outbox.
    package func run() async throws {
        await withDiscardingTaskGroup { group in
            group.addTask { await cancelWhenGracefulShutdown { await self.delivery.run() } }
            await cancelWhenGracefulShutdown { await self.evaluateForever() }
            group.cancelAll()
        }
        // Else others wait until its claim counts no longer.
        try? store.releaseEvaluation()
    }

    /// Evaluates once, tries once to deliver what is due, and returns.
    ///
    /// `patience`: how long to wait while it is another machine's turn.
    ///
    /// - Throws: what the store throws; `StoreError` with code `busy` where another machine goes on evaluating.
    package func runOnce(now: Timestamp, patience: Duration) async throws -> AlertEvaluator.Outcome
    {
        let deadline = ContinuousClock.now + patience
        // As above.
        defer { try? store.releaseEvaluation() }
        while try await !isOwnTurn() {
            guard .now < deadline else {
                throw StoreError(
                    .busy,
                    operation: "evaluating the rules",
                    cause: "another machine that shares the database does so",
                    hint: "ask without --stateful, or stop it there"
                )
            }
            try await Task.sleep(for: .seconds(1))
        }
        let outcome = try evaluator.evaluate(now: now)
        log(outcome)
        try await useReceivers()
        await delivery.deliverDue()
        return outcome
    }

    private func evaluateForever() async {
        let clock = ContinuousClock()
        var due = clock.now
        while !Task.isCancelled {
            await cycle()
            due += every
            var missed: Int64 = 0
            while due < clock.now {
                due += every
                missed += 1
            }
            if missed > 0 {
                let all = state.withLock { state in
                    state.missed += missed
                    return state.missed
                }
                logger.warning(
                    "an evaluation of alerts took too long",
                    metadata: ["missed": "\(missed)", "missed_since_start": "\(all)"]
                )
            }
            // Cancelled means that the loop ends.
            try? await clock.sleep(until: due)
        }
    }

    /// One evaluation; where it fails, nothing was changed, and the next one is tried.
    private func cycle() async {
        do {
            guard try await isOwnTurn() else { return }
            let outcome = try evaluator.evaluate(now: SystemClock.now())
            log(outcome)
            try await useReceivers()
            if outcome.messages > 0 { await delivery.wake() }
            onCycle(outcome)
        } catch is CancellationError {
            // The loop ends.
        } catch {
            logger.error("alerts were not evaluated", metadata: ["error": "\(error)"])
        }
    }

    /// Whether this machine is to evaluate, which takes some seconds to find out when it becomes so.
    private func isOwnTurn() async throws -> Bool {
        let length = max(Self.minClaim, Int64(3 * (every / .microseconds(1))))
        var turn = try store.claimEvaluation(for: length)
        while turn == .undecided {
            try await Task.sleep(for: .seconds(1))
            turn = try store.claimEvaluation(for: length)
        }
        let before = state.withLock { state in
            defer { state.turn = turn }
            return state.turn
        }
        if turn != before {
            let who = turn == .own ? "this machine" : "another machine"
            logger.notice("\(who) evaluates the rules now")
        }
        return turn == .own
    }

    /// How long a machine may be silent before others evaluate, at least; microseconds.
    private static let minClaim = 30 * Micros.second

    /// Takes the receivers of the rules that are loaded now.
    private func useReceivers() async throws {
        let loaded = try reader.receivers()
        let isNew = state.withLock { state in
            defer { state.receivers = loaded }
            return state.receivers != loaded
        }
        guard isNew else { return }
        let receivers = ConfiguredReceivers(loaded, environment: environment)
        for (name, problem) in receivers.problems.sorted(by: { $0.key < $1.key }) {
            logger.error(
                "a receiver cannot be used",
                metadata: ["receiver": "\(SafeText.line(name))", "error": "\(problem)"]
            )
        }
        await delivery.use(receivers.usable, unusable: receivers.problems)
    }

    private func log(_ outcome: AlertEvaluator.Outcome) {
        for change in outcome.transitions {
            let labels = change.labels.map { "\($0.name)=\($0.value ?? "(none)")" }
            logger.notice(
                "an alert has changed",
                metadata: [
                    "rule": "\(SafeText.line(change.rule))",
                    "group": "\(SafeText.line(labels.joined(separator: ",")))",
                    "from": "\(change.from.rawValue)", "to": "\(change.to.rawValue)",
                    "reason": "\(SafeText.line(change.reason))",
                ]
            )
        }
    }
}
