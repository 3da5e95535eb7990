import AgentEvents
import HTTPTypes
import Hummingbird
import Pipeline
import Presentation

/// Takes events as lines of JSON, and answers when they are committed.
struct PostedEvents: Sendable {
    let intake: EventIntake
    let limits: ServerLimits

    /// How many rejected lines are told of, each with its place and reason.
    private static let mostRejected = 100
    private static let longestKey = 256

    /// Stores a post.
    ///
    /// - Throws: `Problem`, and what the store throws.
    func answer(_ request: APIRequest) async throws -> Response {
        let key = try Self.key(request.request)
        guard intake.room.enter() else { throw Self.full }
        var body = try PostBody(request.request, room: intake.room, limits: limits)
        defer { body.leave() }
        let bytes = try await body.collect()
        do {
            let answer = try await intake.submit(bytes, key: key)
            var response = Response.json(text: answer.text)
            if answer.isRepeat { response.headers[.idempotencyReplayed] = "true" }
            return response
        } catch let refusal as EventIntake.Refusal {
            switch refusal {
            case .keyReused:
                throw Problem(
                    .unprocessableContent,
                    "The Idempotency-Key was used for another body; nothing was stored."
                )
            case .stopping:
                throw Problem.later(.serviceUnavailable, "The server stops; nothing was stored.")
            }
        }
    }

    /// Nothing more can be held at the moment.
    static let full = Problem.later(
        .tooManyRequests,
        "Too many events wait to be stored; nothing of this post was.",
        seconds: 1
    )

    private static func key(_ request: Request) throws -> String? {
        guard let key = request.headers[.idempotencyKey] else { return nil }
        let isFine = key.utf8.allSatisfy { $0 > 0x1f && $0 < 0x7f }
        guard !key.isEmpty, key.utf8.count <= longestKey, isFine else {
            throw Problem(
                .badRequest,
                "Idempotency-Key is 1 to \(longestKey) printable ASCII characters."
            )
        }
        return key
    }

    /// The counts of `ingest --json` that say something of a post, and the rejected lines.
    static func text(_ outcome: EventIntake.Outcome) -> String {
        let ledger = outcome.summary.ledger
        let rejected = outcome.rejections.prefix(mostRejected).map { rejection in
            JSONValue.object([
                ("offset", .integer(rejection.offset)), ("length", .integer(rejection.length)),
                ("reason", .string(rejection.reason.rawValue)),
            ])
        }
        return JSONWriter.document(
            .object([
                ("lines", .integer(ledger.lines)),
                ("events", .integer(ledger.events)),
                ("duplicates", .integer(ledger.duplicates)),
                ("conflicting_duplicates", .integer(ledger.conflictingDuplicates)),
                ("rejected", .integer(ledger.rejected)),
                ("skipped", .integer(ledger.skipped)),
                ("joined", .integer(ledger.joined)),
                ("blank", .integer(ledger.blank)),
                ("field_errors", .integer(ledger.fieldErrors)),
                ("requests", .integer(outcome.summary.requests)),
                ("rejected_lines", .array(rejected)),
            ])
        )
    }
}
