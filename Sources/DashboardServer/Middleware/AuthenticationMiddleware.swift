import Hummingbird

/// Lets only clients to a route whose token has its level.
struct AuthenticationMiddleware: RouterMiddleware {
    let authenticator: Authenticator
    let level: AccessLevel

    @concurrent func handle(
        _ request: Request,
        context: ServerContext,
        next: @concurrent (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        try authenticator.authorise(request, from: context.client, for: level)
        return try await next(request, context)
    }
}
