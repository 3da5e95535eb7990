import HTTPTypes
import Hummingbird
import Logging

/// Every route of the server, behind the middleware that all of them share.
enum ServerRouter {
    static func responder(
        _ parts: ServiceParts,
        _ logger: Logger
    ) -> BasePathResponder {
        let authenticator = Authenticator(parts.options)
        let endpoints = endpoints(parts, authenticator)
        let router = Router(context: ServerContext.self, options: .autoGenerateHeadEndpoints)
        router.addMiddleware {
            SecurityHeadersMiddleware(isSecure: parts.options.tls != nil)
            ProblemMiddleware(endpoints: endpoints, logger: logger)
            ClientMiddleware(parts.options, parts.connections)
            AdmissionMiddleware(parts.options)
        }
        for endpoint in endpoints {
            let route = router.group()
            if let level = endpoint.level {
                route.add(
                    middleware: AuthenticationMiddleware(authenticator: authenticator, level: level)
                )
            }
            if let body = endpoint.body {
                route.add(middleware: ContentTypeMiddleware(types: body.contentTypes))
            }
            route.on(endpoint.routerPath, method: endpoint.method, use: endpoint.answer)
        }
        return BasePathResponder(base: parts.options.basePath, inner: router.buildResponder())
    }

    private static func endpoints(
        _ parts: ServiceParts,
        _ authenticator: Authenticator
    ) -> [Endpoint] {
        let base = parts.options.basePath
        let silences = SilencesController(store: parts.store, base: base)
        let api = APICatalog(parts, silences).endpoints
        let document = OpenAPIDocument.value(api, below: base)
        let description = Endpoint(
            method: .get,
            path: "/api/openapi.json",
            level: .read,
            summary: "This document.",
            handler: { _ in .json(document) }
        )
        return api + [description] + LoginPage(authenticator: authenticator, base: base).endpoints
            + silences.pageEndpoints
            + PagesController(readers: parts.readers, budget: parts.answers, base: base).endpoints
    }
}

extension Endpoint {
    /// Answers a request that has passed all middleware.
    fileprivate func answer(_ request: Request, context: ServerContext) async throws -> Response {
        let isPage = answers.hasPrefix("text/html")
        var parameter: String?
        if let id = context.parameters.get("id") {
            guard let decoded = QueryItems.decodedPath(id) else {
                throw Problem(.badRequest, "The path is not percent-encoded UTF-8.")
            }
            parameter = decoded
        }
        let asked = APIRequest(
            request: request,
            context: context,
            items: isPage ? try QueryItems(nil, []) : try QueryItems(request.uri.query, parameters),
            pathParameter: parameter
        )
        guard method == .get else { return try await handler(asked) }
        return try await context.presence.whilePresent { try await handler(asked) }
    }
}
