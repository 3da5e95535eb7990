import AgentEvents
package import EventStorage
import Foundation
package import Logging
import ServiceLifecycle

/// Prunes a store again and again, until it is told to stop.
package struct RetentionService: Service {
    private let store: any EventStore
    private let policy: RetentionPolicy
    private let logger: Logger
    /// How often it prunes.
    private static let every = Duration.seconds(900)

    package init(store: any EventStore, policy: RetentionPolicy, logger: Logger) {
        self.store = store
        self.policy = policy
        self.logger = logger
    }

    /// Prunes at once, and then every quarter of an hour, by which the horizon moves.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                prune()
                // Cancelled means that the loop ends.
                try? await Task.sleep(for: Self.every)
            }
        }
    }

    /// Where it fails, what was removed stays so, and the next time goes on.
    private func prune() {
        do {
            let horizon = policy.horizon(now: SystemClock.now())
            let report = try Pruning.run(store, to: horizon) { Task.isCancelled }
            guard report.events > 0 || report.cells > 0 else { return }
            logger.info(
                "events were pruned",
                metadata: [
                    "before": "\(report.horizon.rows.rfc3339())", "events": "\(report.events)",
                    "requests": "\(report.requests)", "bytes": "\(report.bytesAfter)",
                ]
            )
        } catch is CancellationError {
            // It goes on when the program runs again.
        } catch {
            logger.error("pruning has failed and is tried again", metadata: ["error": "\(error)"])
        }
    }
}

/// Pruning that leaves others their turn.
package enum Pruning {
    /// Prunes a store, and after each step waits as long as that took, so that who writes gets half of the
    /// time.
    ///
    /// - Throws: `CancellationError` once `shouldStop`, and what the store throws.
    package static func run(
        _ store: any EventStore,
        to horizon: RetentionHorizon,
        shouldStop: () -> Bool
    ) throws -> PruneReport {
        var pace = Pace()
        return try store.prune(to: horizon) {
            if shouldStop() { throw CancellationError() }
            pace.pause()
        }
    }

    /// Prunes what other machines have pruned, in the same way.
    ///
    /// - Throws: `CancellationError` once `shouldStop`, and what the store throws.
    package static func likeOthers(_ store: any EventStore, shouldStop: () -> Bool) throws {
        var pace = Pace()
        try store.keepToHorizon {
            if shouldStop() { throw CancellationError() }
            pace.pause()
        }
    }

    /// Waits after each step as long as that took.
    private struct Pace {
        private var begun = ContinuousClock.now
        /// Seconds.
        private static let maxPause = 0.5

        mutating func pause() {
            let taken = (ContinuousClock.now - begun) / .seconds(1)
            Thread.sleep(forTimeInterval: min(Self.maxPause, taken))
            begun = .now
        }
    }
}
