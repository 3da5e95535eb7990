package import EventStorage
package import Logging
import ServiceLifecycle

/// Sends what is written on this machine to where reports read it, until it is told to stop.
///
/// While the server is away, what is written stays here and is sent once it is back.
package struct ShippingService: Service {
    private let store: any EventStore
    private let logger: Logger
    /// How often it looks for something new, at most.
    private static let minPause = Duration.milliseconds(500)
    /// How far apart the machines send, so that many of them ask a server for five times a second together; see
    /// bench/sends.py.
    private static let pauseForEach = Duration.milliseconds(200)
    /// How often it asks what others have sent.
    private static let learnEvery = Duration.seconds(10)
    /// How long it waits after a failure, which doubles with each further one.
    private static let maxPause = Duration.seconds(30)

    package init(store: any EventStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// Sends again and again; what is left when it is told to stop is sent before it ends, where the server lets it.
    package func run() async throws {
        await cancelWhenGracefulShutdown { await sendForever() }
        do {
            try store.shipAll(now: SystemClock.now())
        } catch {
            logger.warning(
                "the rest is sent when the program runs again",
                metadata: ["error": "\(error)"]
            )
        }
    }

    private func sendForever() async {
        var pace = Self.pace(machines: 1)
        var pause = pace
        var isFailing = false
        var learnedAt: ContinuousClock.Instant?
        while !Task.isCancelled {
            do {
                while try store.ship(), !Task.isCancelled {}
                if learnedAt.map({ .now - $0 > max(pace, Self.learnEvery) }) ?? true {  // not yet
                    _ = try store.learn(now: SystemClock.now())
                    try pruneLikeOthers()
                    pace = Self.pace(machines: try store.sendingMachines())
                    learnedAt = .now
                }
                if isFailing { logger.info("the server takes what is sent again") }
                (isFailing, pause) = (false, pace)
            } catch is CancellationError {
                return
            } catch {
                if !isFailing { logFailure(error) }
                (isFailing, pause) = (true, min(pause * 2, max(pace, Self.maxPause)))
            }
            // Cancelled means that the loop ends.
            try? await Task.sleep(for: pause)
        }
    }

    /// Sending goes on where this fails.
    ///
    /// - Throws: `CancellationError`
    private func pruneLikeOthers() throws {
        do {
            try Pruning.likeOthers(store) { Task.isCancelled }
        } catch let error as StoreError {
            logger.error("pruning has failed and is tried again", metadata: ["error": "\(error)"])
        }
    }

    /// How long to wait from one time to the next where so many machines send.
    static func pace(machines: Int64) -> Duration {
        max(minPause, pauseForEach * Int(clamping: machines))
    }

    private func logFailure(_ error: any Error) {
        logger.error(
            "sending has failed",
            metadata: [
                "error": "\(error)",
                "hint": "it is kept here, and sent when the server takes it",
            ]
        )
    }
}
