import AgentEvents
import EventStorage
import Foundation
import HTTPTypes
import Hummingbird
import Pages
import Pipeline
import Presentation

/// Adds and ends silences.
struct SilencesController: Sendable {
    let store: any EventStore & AlertStore
    private let base: BasePath
    /// A write may wait for another process, and must not wait where requests are answered.
    private let threads = BlockingThreads(count: 1, name: "agentwatch.silences")

    private static let maxBodyBytes = 16_384

    init(store: any EventStore & AlertStore, base: BasePath) {
        self.store = store
        self.base = base
    }

    /// The body of a post.
    private struct Wanted: Decodable {
        var matchers: [String: String]
        var seconds: Int64
        var author: String?
        var comment: String?
    }

    /// Stores a silence that begins now, and answers with it.
    ///
    /// - Throws: `Problem`, and what the store throws.
    func add(_ request: APIRequest) async throws -> Response {
        let wanted = try await Self.body(request.request)
        let now = SystemClock.now()
        return try await onThread { store in
            let words = wanted.matchers.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            // Longer than any silence may be, where the product does not fit.
            let (length, overflow) = wanted.seconds.multipliedReportingOverflow(by: Micros.second)
            var silence = try SilenceExpression.silence(
                words,
                length: overflow ? .max : length,
                author: wanted.author ?? "",
                comment: wanted.comment ?? "",
                rules: try store.thresholds(),
                now: now
            )
            silence.id = try store.add(silence)
            return .json(AlertStates.json(silence, now: now))
        }
    }

    /// Stores what the form of the Alerts page asks for, and leads back to it.
    ///
    /// - Throws: `Problem`, and what the store throws.
    func addByForm(_ request: APIRequest) async throws -> Response {
        do {
            return try await addFields(of: request)
        } catch let problem as ParameterError {
            let page = PageCatalog.problem(
                "Nothing was silenced",
                problem.description,
                below: base
            )
            return Response(
                status: .badRequest,
                headers: [.contentType: "text/html; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: page))
            )
        }
    }

    private func addFields(of request: APIRequest) async throws -> Response {
        let fields = try await FormFields(request.request)
        let words = fields[SilenceForm.labels].split(separator: " ").map(String.init)
        let length = try TimeSpan(fields[SilenceForm.length])
        let (comment, now) = (fields[SilenceForm.comment], SystemClock.now())
        return try await onThread { store in
            let silence = try SilenceExpression.silence(
                words,
                length: length.micros,
                author: "dashboard",
                comment: comment,
                rules: try store.thresholds(),
                now: now
            )
            _ = try store.add(silence)
            return Self.back
        }
    }

    /// Ends a silence that the Alerts page shows, and leads back to it.
    ///
    /// - Throws: `Problem`, and what the store throws.
    func expireByForm(_ request: APIRequest) async throws -> Response {
        let id = Int64(try await FormFields(request.request)[SilenceForm.id])
        let now = SystemClock.now()
        return try await onThread { store in
            // One that has ended meanwhile is what was asked for.
            if let id { _ = try store.expireSilence(id, at: now) }
            return Self.back
        }
    }

    private static let back = Response(status: .seeOther, headers: [.location: "/alerts"])

    /// The operations of the Alerts page.
    var pageEndpoints: [Endpoint] {
        [
            Endpoint(
                method: .post,
                path: SilenceForm.addPath.description,
                level: .write,
                summary: "The form that silences alerts.",
                body: .form,
                handler: { try await addByForm($0) }
            ),
            Endpoint(
                method: .post,
                path: SilenceForm.expirePath.description,
                level: .write,
                summary: "The form that ends a silence.",
                body: .form,
                handler: { try await expireByForm($0) }
            ),
        ]
    }

    /// Ends a silence now.
    ///
    /// - Throws: `Problem`, and what the store throws.
    func expire(_ request: APIRequest) async throws -> Response {
        let text = request.pathParameter ?? ""
        let now = SystemClock.now()
        return try await onThread { store in
            guard let id = Int64(text), try store.expireSilence(id, at: now) else {
                throw Problem(.notFound, "No silence '\(SafeText.line(text, max: 30))' holds.")
            }
            return .json(["id": .integer(id), "ended": .time(now)])
        }
    }

    private func onThread(
        _ body: @escaping @Sendable (any EventStore & AlertStore) throws -> Response
    ) async throws -> Response {
        let store = store
        return try await Task(executorPreference: threads) { try body(store) }.value
    }

    private static func body(_ request: Request) async throws -> Wanted {
        var request = request
        let bytes: ByteBuffer
        do { bytes = try await request.collectBody(upTo: maxBodyBytes) } catch {
            throw Problem(.contentTooLarge, "The body is too long.", [.connection: "close"])
        }
        do {
            return try JSONDecoder().decode(Wanted.self, from: Data(bytes.readableBytesView))
        } catch {
            throw Problem(
                .badRequest,
                "The body is an object with matchers, such as {\"rule\": \"x\"}, and seconds."
            )
        }
    }
}
