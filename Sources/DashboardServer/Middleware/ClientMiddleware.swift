import Hummingbird

/// Notes in the context who made a request, and whether that client is still there.
struct ClientMiddleware: RouterMiddleware {
    private let connections: OpenConnections
    private let proxies: TrustedProxies
    private let isTLS: Bool

    init(_ options: ServerOptions, _ connections: OpenConnections) {
        self.connections = connections
        proxies = options.trustedProxies
        isTLS = options.tls != nil
    }

    @concurrent func handle(
        _ request: Request,
        context: ServerContext,
        next: @concurrent (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.client = Client(request, peer: context.peer, isEncrypted: isTLS, proxies)
        context.presence = connections.client(of: context.channel)
        return try await next(request, context)
    }
}
