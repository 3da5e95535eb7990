import Dispatch
import Glibc
import Logging
import ServiceLifecycle

/// Runs a service, and lets it end in good time when the program is told to stop.
///
/// Ending the hard way loses nothing: a batch and the offsets it reaches are stored together, so
/// what was not stored is read again.
struct StopDeadline<Wrapped: Service>: Service {
    var service: Wrapped
    var logger: Logger

    /// The deadline after the signal, chosen so that the program ends within five seconds.
    private static var seconds: Double { 4.5 }

    /// Runs the service until it ends or the deadline has passed.
    func run() async throws {
        let logger = logger
        try await withGracefulShutdownHandler {
            try await service.run()
        } onGracefulShutdown: {
            // A thread of its own, since the service may be waiting for a lock on every other.
            DispatchQueue(label: "agentwatch.stop").asyncAfter(deadline: .now() + Self.seconds) {
                logger.warning(
                    "not all could be finished in time; what was not stored is read or sent again"
                )
                _exit(0)
            }
        }
    }
}
