import AgentEvents
package import EventStorage
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
import NIOCore
import NIOHTTP2
package import Notifications
package import Pipeline
import ServiceLifecycle

/// The HTTP server: the API, figures for machines, and the pages of the dashboard.
package struct DashboardService: Service {
    private let parts: ServiceParts
    private let logger: Logger
    private let onListening: @Sendable (Int) -> Void

    /// Reads the store once; listens when it is run.
    ///
    /// `delivery`: what delivers messages about alerts, where this process does.
    /// `onListening`: told the port.
    package init(
        options: ServerOptions,
        store: any EventStore & AlertStore,
        readers: StoreReaders,
        ingest: EventIngestService,
        health: StoreHealth,
        changes: ChangeWatch,
        delivery: DeliveryService? = nil,
        logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws {
        parts = ServiceParts(
            options: options,
            store: store,
            readers: readers,
            ingest: ingest,
            health: health,
            connections: OpenConnections(
                maxConnections: options.limits.connections,
                maxPerAddress: options.limits.connectionsPerAddress
            ),
            answers: AnswerBudget(maxBytes: options.limits.answerBytes),
            changes: changes,
            counters: CallCounters(after: try store.newestEventNumber()),
            delivery: delivery,
            startedAt: SystemClock.now()
        )
        self.logger = logger
        self.onListening = onListening
    }

    /// The answer to a post: counts and rejected lines as JSON.
    package static func postAnswer(_ progress: PostProgress) -> String {
        EventsController.text(progress)
    }

    /// Serves until graceful shutdown: requests that have begun are answered, streams end.
    package func run() async throws {
        let options = parts.options
        let onListening = onListening
        var quiet = logger
        quiet.logLevel = .critical
        let socket = options.unixSocket.map(UnixSocketFile.init)
        do { try socket?.checkFree() } catch { throw ListenProblem(error, options) ?? error }
        defer { socket?.remove() }
        let application = Application(
            responder: ServerRouter.responder(parts, logger),
            server: try Self.server(options, parts.connections),
            configuration: ApplicationConfiguration(
                address: options.unixSocket.map { .unixDomainSocket(path: $0) }
                    ?? .hostname(options.host, port: options.port),
                // One that finds the queue full is tried again by its client after a whole second.
                backlog: options.limits.connections,
                availableConnectionsDelegate: MaximumAvailableConnections(
                    OpenConnections.accepted(maxConnections: options.limits.connections)
                )
            ),
            onServerRunning: { onListening($0.localAddress?.port ?? options.port) },
            logger: quiet
        )
        let changes = parts.changes
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    do { try await application.run() } catch {
                        throw ListenProblem(error, options) ?? error
                    }
                }
                group.addTask {
                    try await gracefulShutdown()
                    try await Task.sleep(for: Self.drain)
                }
                // Either all is answered, or who is slow has had time.
                try await group.next()
                group.cancelAll()
            }
        } onGracefulShutdown: {
            changes.end()
        }
    }

    /// Grace period for requests in flight at shutdown.
    private static let drain = Duration.seconds(2)

    private static func server(
        _ options: ServerOptions,
        _ connections: OpenConnections
    ) throws -> HTTPServerBuilder {
        let bounds = ConnectionBounds(options.limits, connections)
        guard let tls = options.tls else {
            return HTTPServerBuilder { GuardedChannel(bounds, responder: $0) }
        }
        var configuration = tls.configuration
        configuration.applicationProtocols = NIOHTTP2SupportedALPNProtocols
        let negotiated = HTTPServerBuilder { NegotiatedChannel(bounds, responder: $0) }
        return try .tls(negotiated, tlsConfiguration: configuration)
    }
}
