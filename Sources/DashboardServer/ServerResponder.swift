import AgentEvents
import EventStorage
import HTTPTypes
import Hummingbird
import Logging
import Pipeline
import Presentation

/// Takes every request: access control, the route, and the headers and the form that all answers have.
struct ServerResponder: HTTPResponder {
    typealias Context = ServerContext

    private let connections: OpenConnections
    private let access: AccessControl
    private let endpoints: [Endpoint]
    private let routes: RouterResponder<ServerContext>
    private let headers: HTTPFields
    private let logger: Logger

    init(_ parts: ServiceParts, _ logger: Logger) {
        connections = parts.connections
        let access = AccessControl(parts.options)
        self.access = access
        self.logger = logger
        var endpoints = APICatalog(parts).endpoints
        let document = OpenAPIDocument.value(endpoints)
        endpoints.append(
            Endpoint(
                method: .get,
                path: "/api/openapi.json",
                level: .read,
                summary: "This document.",
                handler: { _ in .json(document) }
            )
        )
        endpoints += LoginPage(access: access).endpoints
        endpoints += PagesController(readers: parts.readers, budget: parts.answers).endpoints
        self.endpoints = endpoints
        let router = Router(context: ServerContext.self, options: .autoGenerateHeadEndpoints)
        for endpoint in endpoints {
            router.on(endpoint.routerPath, method: endpoint.method) { request, context in
                try await Self.answer(endpoint, request: request, context: context, access: access)
            }
        }
        routes = router.buildResponder()
        headers = Self.headers(isSecure: parts.options.tls != nil)
    }

    private static func answer(
        _ endpoint: Endpoint,
        request: Request,
        context: ServerContext,
        access: AccessControl
    ) async throws -> Response {
        let client = access.client(of: request, context)
        if let level = endpoint.level { try access.authorise(request, from: client, for: level) }
        try check(request, endpoint.body)
        let isPage = endpoint.answers.hasPrefix("text/html")
        let items =
            isPage
            ? try QueryItems(nil, []) : try QueryItems(request.uri.query, endpoint.parameters)
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
            client: client,
            items: items,
            pathParameter: parameter
        )
        guard endpoint.method == .get else { return try await endpoint.handler(asked) }
        return try await context.presence.whilePresent { try await endpoint.handler(asked) }
    }

    /// A form of another page cannot send these types.
    private static func check(_ request: Request, _ body: EndpointBody?) throws {
        guard let body else { return }
        let type = request.headers[.contentType]?.prefix { $0 != ";" }.lowercased()
        guard let type, body.contentTypes.contains(type.trimmingSpaces) else {
            throw Problem(
                .unsupportedMediaType,
                "Content-Type is \(body.contentTypes.joined(separator: " or "))."
            )
        }
    }

    func respond(to request: Request, context: ServerContext) async throws -> Response {
        var context = context
        context.presence = connections.client(of: context.channel)
        var response: Response
        do {
            try access.admit(request, from: access.client(of: request, context))
            response = try await routes.respond(to: request, context: context)
            if response.status == .notFound, response.headers[.contentType] == nil {
                response = missing(request).response
            }
        } catch {
            response = problem(error, request).response
        }
        if response.status == .unauthorized, request.wantsPage {
            response = Response(status: .seeOther, headers: [.location: LoginPage.path])
        }
        for header in headers where response.headers[header.name] == nil {
            response.headers[header.name] = header.value
        }
        return response
    }

    /// What is not there, or not with this method.
    private func missing(_ request: Request) -> Problem {
        let methods = endpoints.filter { $0.matches(request.uri.path) }.map(\.method.rawValue)
        guard !methods.isEmpty, !methods.contains(request.method.rawValue) else {
            return Problem(.notFound, "Nothing is at this address.")
        }
        let allowed = (methods + (methods.contains("GET") ? ["HEAD"] : [])).sorted()
        return Problem(
            .methodNotAllowed,
            "This address takes \(allowed.joined(separator: ", ")).",
            [.allow: allowed.joined(separator: ", ")]
        )
    }

    private func problem(_ error: any Error, _ request: Request) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let problem as ParameterError: return Problem(.badRequest, problem.description)
        case is CancellationError:
            return .later(.serviceUnavailable, "The query was given up.")
        case is StoreReaders.Busy:
            return .later(.serviceUnavailable, "Too many queries wait for the store.")
        case let error as StoreReaders.TimedOut:
            return .later(
                .serviceUnavailable,
                "The query took longer than \(error.limit); ask for less, or for a shorter window.",
                seconds: 5
            )
        case let error as HTTPError where error.status == .notFound: return missing(request)
        case let error as any HTTPResponseError:
            return Problem(error.status, "The request could not be taken.")
        case let error as StoreError where [.busy, .full, .io, .moved].contains(error.code):
            logger.error("the store does not answer", metadata: ["error": "\(error)"])
            return .later(.serviceUnavailable, "The store cannot do it now.", seconds: 2)
        default:
            logger.error(
                "a request failed",
                metadata: ["path": "\(SafeText.line(request.uri.path))", "error": "\(error)"]
            )
            return Problem(.internalServerError, "Something went wrong; the log says what.")
        }
    }

    /// What every answer says to browsers.
    private static func headers(isSecure: Bool) -> HTTPFields {
        var headers: HTTPFields = [
            .contentSecurityPolicy:
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            .xContentTypeOptions: "nosniff", .cacheControl: "no-store",
            .referrerPolicy: "no-referrer", .resourcePolicy: "same-origin",
        ]
        if isSecure { headers[.strictTransportSecurity] = "max-age=31536000" }
        return headers
    }
}

extension Request {
    /// Whether somebody looks at a page with a browser.
    fileprivate var wantsPage: Bool {
        method == .get && headers[.accept]?.contains("text/html") == true
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
