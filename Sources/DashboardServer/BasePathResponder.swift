import HTTPTypes
import Hummingbird
import Pages

/// Takes the base path off what is asked for, and puts it before where answers lead.
///
/// Paths that do not begin with it are answered as well: some proxies take it off themselves.
struct BasePathResponder: HTTPResponder {
    let base: BasePath
    let inner: RouterResponder<ServerContext>

    @concurrent func respond(to request: Request, context: ServerContext) async throws -> Response {
        guard base != .root else { return try await inner.respond(to: request, context: context) }
        var head = request.head
        head.path = head.path.flatMap(base.own) ?? head.path
        let own = Request(head: head, body: request.body)
        var response = try await inner.respond(to: own, context: context)
        if let place = response.headers[.location], place.hasPrefix("/") {
            response.headers[.location] = base.absolute(place)
        }
        return response
    }
}
