import Hummingbird
import Pipeline

/// Serves a page or a file that another target renders.
struct PageAnswer: Sendable {
    let route: PageRoute
    let readers: StoreReaders
    let budget: AnswerBudget

    var endpoint: Endpoint {
        Endpoint(
            method: .get,
            path: route.path,
            level: route.isAsset ? nil : .read,
            summary: "A page.",
            // It reads its query itself.
            answers: "text/html",
            handler: { try await answer($0) }
        )
    }

    private func answer(_ request: APIRequest) async throws -> Response {
        var items: [(name: String, value: String)] = []
        for item in (request.request.uri.query ?? "").split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = QueryItems.decoded(parts[0]),
                let value = QueryItems.decoded(parts.count > 1 ? parts[1] : "")
            else { throw Problem(.badRequest, "The query is not percent-encoded UTF-8.") }
            items.append((name, value))
        }
        let (route, asked, budget) = (route, items, budget)
        let (buffer, content) = try await readers.ask { store in
            let content = try route.content(asked, store, SystemClock.now())
            let buffer = AnswerBuffer(budget)
            try buffer.write(content.bytes)
            return (buffer, (type: content.contentType, isFine: content.isFine))
        }
        return buffer.response(content.type, status: content.isFine ? .ok : .badRequest)
    }
}
