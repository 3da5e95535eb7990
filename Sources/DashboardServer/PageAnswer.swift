import Hummingbird
import Pipeline

/// Serves a page or a file that another target renders.
struct PageAnswer: Sendable {
    let route: PageRoute
    let readers: StoreReaders

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
        let (route, asked) = (route, items)
        let content = try await readers.ask { try route.content(asked, $0, SystemClock.now()) }
        return Response(
            status: content.isFine ? .ok : .badRequest,
            headers: [.contentType: content.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: content.bytes))
        )
    }
}
