import EventStorage
import Hummingbird
import Pages
import Pipeline
import Presentation

/// Serves the pages of the dashboard and the files that they refer to.
struct PagesController: Sendable {
    let readers: StoreReaders
    let budget: AnswerBudget
    let base: BasePath

    private static let html = "text/html; charset=utf-8"

    var endpoints: [Endpoint] {
        PageCatalog.all.map(endpoint) + ChartCatalog.names.map(endpoint(ofChart:))
            + PageAssets.all.map(endpoint)
    }

    private func endpoint(of page: Page) -> Endpoint {
        Endpoint(
            method: .get,
            path: page.path,
            level: .read,
            summary: "A page.",
            answers: "text/html",
            handler: { try await answer(page, $0) }
        )
    }

    private func endpoint(ofChart name: String) -> Endpoint {
        Endpoint(
            method: .get,
            path: ChartCatalog.path(of: name),
            level: .read,
            summary: "A chart as a picture.",
            answers: "text/html",
            handler: { try await picture(name, $0) }
        )
    }

    /// The picture, which holds its own style and nothing else.
    private func picture(_ name: String, _ request: APIRequest) async throws -> Response {
        let items = try QueryItems.pairs(of: request.request.uri.query)
            .map { PageRequest.Item($0.name, $0.value) }
        let asked = try PageRequest(items, now: SystemClock.now())
        let budget = budget
        let buffer = try await readers.ask { store in
            let source = PageSource(store: store, isLive: false, look: FileStatus.init(at:))
            let buffer = AnswerBuffer(budget)
            guard let text = try ChartCatalog.svg(of: name, asked, from: source) else {
                throw Problem(.notFound, "No chart has this name.")
            }
            try buffer.write(Array(text.utf8))
            return buffer
        }
        var response = buffer.response("image/svg+xml", status: .ok)
        response.headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'"
        return response
    }

    /// Assets are the same for everybody and at any time, so that they need no token.
    private func endpoint(of asset: PageAsset) -> Endpoint {
        Endpoint(
            method: .get,
            path: asset.path,
            level: nil,
            summary: "A file that pages refer to.",
            answers: "text/html",
            handler: { _ in
                let buffer = AnswerBuffer(budget)
                try buffer.write(asset.bytes)
                return buffer.response(asset.contentType, status: .ok)
            }
        )
    }

    /// The page, or one that says what is wrong with its address.
    private func answer(_ page: Page, _ request: APIRequest) async throws -> Response {
        let items = try QueryItems.pairs(of: request.request.uri.query)
            .map { PageRequest.Item($0.name, $0.value) }
        let (budget, base) = (budget, base)
        let (buffer, status) = try await readers.ask { store in
            let source = PageSource(
                store: store,
                isLive: true,
                base: base,
                look: FileStatus.init(at:)
            )
            let buffer = AnswerBuffer(budget)
            do {
                let request = try PageRequest(items, now: SystemClock.now())
                let text = try PageCatalog.html(of: page, request, from: source)
                try buffer.write(Array(text.utf8))
                return (buffer, HTTPResponse.Status.ok)
            } catch let problem as ParameterError {
                let text = PageCatalog.problem(
                    "Invalid request",
                    problem.description,
                    below: base
                )
                try buffer.write(Array(text.utf8))
                return (buffer, .badRequest)
            } catch let error as StoreError where error.code == .pruned {
                let text = PageCatalog.problem("Pruned events", "\(error).", below: base)
                try buffer.write(Array(text.utf8))
                return (buffer, .badRequest)
            }
        }
        return buffer.response(Self.html, status: status)
    }
}
