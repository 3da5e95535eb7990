import AgentEvents
import HTTPTypes
import Hummingbird
import Pipeline
import Presentation

/// Takes events as lines of JSON, and answers when they are committed.
struct EventsController: Sendable {
    let ingest: EventIngestService
    let limits: ServerLimits

    private static let maxKeyLength = 256

    /// Stores a post.
    ///
    /// - Throws: `Problem`, and what the store throws.
    func answer(_ request: APIRequest) async throws -> Response {
        let name = try Self.key(request.request)
        let reservation = ingest.budget.open()
        let body = try PostBody(request.request, reservation: reservation, limits: limits)
        let collected = try await body.collect(isHashed: name != nil)
        var key: PostKey?
        if let name, let hash = collected.hash { key = PostKey(name: name, bodyHash: hash) }
        do {
            let answer = try await ingest.submit(
                collected.content,
                key: key,
                reservation: reservation
            )
            var response = Response.json(text: answer.text)
            if answer.isRepeat { response.headers[.idempotencyReplayed] = "true" }
            return response
        } catch let refusal as EventIngestService.Refusal {
            throw Self.problem(refusal)
        }
    }

    private static func problem(_ refusal: EventIngestService.Refusal) -> Problem {
        switch refusal {
        case .keyReused:
            return Problem(
                .unprocessableContent,
                "The Idempotency-Key was used for another body; nothing was stored."
            )
        case .stopping:
            return .later(.serviceUnavailable, "The server stops; nothing was stored.")
        case .partlyStored(let progress, hasKey: true, _):
            return .later(
                .serviceUnavailable,
                "The store cannot write at the moment. The first \(progress.bytes) bytes of the post "
                    + "are stored; send the same post with the same key again, it goes on there.",
                seconds: 2
            )
        case .partlyStored(let progress, hasKey: false, _):
            return .later(
                .serviceUnavailable,
                "The store cannot write at the moment. The first \(progress.bytes) bytes of the post "
                    + "(\(progress.ledger.lines) lines) are stored; send what follows them. With an "
                    + "Idempotency-Key a post can be sent again as a whole.",
                seconds: 2
            )
        }
    }

    /// What is answered where no further post can be held at the moment.
    static let full = Problem.later(
        .tooManyRequests,
        "Too many events wait to be stored; nothing of this post was.",
        seconds: 1
    )

    private static func key(_ request: Request) throws -> String? {
        guard let key = request.headers[.idempotencyKey] else { return nil }
        let isFine = key.utf8.allSatisfy { $0 > 0x1f && $0 < 0x7f }
        guard !key.isEmpty, key.utf8.count <= maxKeyLength, isFine else {
            throw Problem(
                .badRequest,
                "Idempotency-Key is 1 to \(maxKeyLength) printable ASCII characters."
            )
        }
        return key
    }

    /// The counts of `ingest --json` that say something of a post, and the rejected lines.
    static func text(_ progress: PostProgress) -> String {
        let rejected = progress.rejectedLines.map { line -> JSONValue in
            [
                "offset": .integer(line.offset), "length": .integer(line.length),
                "reason": .string(line.reason),
            ]
        }
        let counts = SourceJSON.counts(progress.ledger, without: ["bytes", "late_events"])
        return JSONWriter.document(
            .object(
                counts + [
                    ("requests", .integer(progress.requests)), ("rejected_lines", .array(rejected)),
                ]
            )
        )
    }
}
