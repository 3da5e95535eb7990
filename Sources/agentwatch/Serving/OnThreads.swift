import Pipeline
import ServiceLifecycle

/// Runs a service that blocks on threads of its own, so that it keeps nobody waiting.
struct OnThreads<Wrapped: Service>: Service {
    private let service: Wrapped
    private let threads: BlockingThreads

    /// `count`: how many threads.
    init(service: Wrapped, count: Int) {
        self.service = service
        threads = BlockingThreads(count: count, name: "agentwatch.follow")
    }

    /// Runs the service on the threads.
    func run() async throws {
        try await withTaskExecutorPreference(threads) { try await service.run() }
    }
}
