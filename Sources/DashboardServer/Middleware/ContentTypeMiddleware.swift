import HTTPTypes
import Hummingbird

/// Refuses bodies of other types than a route takes, which a form of another page cannot send.
struct ContentTypeMiddleware: RouterMiddleware {
    let types: [String]

    @concurrent func handle(
        _ request: Request,
        context: ServerContext,
        next: @concurrent (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        let type = request.headers[.contentType]?.prefix { $0 != ";" }.lowercased()
        guard let type, types.contains(type.trimmingSpaces) else {
            throw Problem(
                .unsupportedMediaType,
                "Content-Type is \(types.joined(separator: " or "))."
            )
        }
        return try await next(request, context)
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
