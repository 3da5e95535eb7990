import AgentEvents
import EventStorage
import HTTPTypes
import Hummingbird
import Logging
import Pipeline
import Presentation

/// Makes every error a problem document, and shows the login form to people who lack a token.
struct ProblemMiddleware: RouterMiddleware {
    let endpoints: [Endpoint]
    let logger: Logger

    @concurrent func handle(
        _ request: Request,
        context: ServerContext,
        next: @concurrent (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = problem(error, request)
            guard problem.status == .unauthorized, request.wantsPage else {
                return problem.response
            }
            let place = LoginPage.address(leadingBackTo: ReturnPath(request.uri.description))
            return Response(status: .seeOther, headers: [.location: place])
        }
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
        case let error as StoreError where error.code == .pruned:
            return Problem(.badRequest, "\(error).")
        default:
            logger.error(
                "a request failed",
                metadata: ["path": "\(SafeText.line(request.uri.path))", "error": "\(error)"]
            )
            return Problem(.internalServerError, "Something went wrong; the log says what.")
        }
    }
}

extension Request {
    /// Whether somebody looks at a page with a browser.
    fileprivate var wantsPage: Bool {
        method == .get && headers[.accept]?.contains("text/html") == true
    }
}
