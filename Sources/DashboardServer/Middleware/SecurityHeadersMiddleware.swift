import HTTPTypes
import Hummingbird

/// Adds what every answer says to browsers, where the answer says nothing else of it.
struct SecurityHeadersMiddleware: RouterMiddleware {
    private let headers: HTTPFields

    /// `isSecure`: whether the server speaks TLS, which browsers should then insist on.
    init(isSecure: Bool) {
        var headers: HTTPFields = [
            .contentSecurityPolicy:
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            .xContentTypeOptions: "nosniff", .cacheControl: "no-store",
            // Not `no-referrer`, with which browsers send forms as those of the origin `null`.
            .referrerPolicy: "same-origin", .resourcePolicy: "same-origin",
        ]
        if isSecure { headers[.strictTransportSecurity] = "max-age=31536000" }
        self.headers = headers
    }

    @concurrent func handle(
        _ request: Request,
        context: ServerContext,
        next: @concurrent (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        for header in headers where response.headers[header.name] == nil {
            response.headers[header.name] = header.value
        }
        return response
    }
}
