import Digests
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import Pipeline

/// Reads the body of a post as it arrives: unpacked, and bounded in bytes, lines, time and in what all
/// posts hold together.
struct PostBody {
    /// A body of which all is there.
    struct Collected: Sendable {
        var content: PostedBytes
        /// The first 64 bits of the SHA-256 of the content, where that was asked for.
        var hash: Int64?
    }

    private let body: RequestBody
    private let isGzip: Bool
    private let reservation: IngestBudget.Reservation
    private let limits: ServerLimits

    /// - Throws: `Problem` where the coding or the announced length cannot be taken.
    init(
        _ request: Request,
        reservation: IngestBudget.Reservation,
        limits: ServerLimits
    ) throws {
        body = request.body
        self.reservation = reservation
        self.limits = limits
        isGzip = try Self.isGzip(request)
        if let length = request.headers[.contentLength].flatMap({ Int($0) }),
            length > limits.bodyBytes
        {
            throw Self.tooLong(limits)
        }
    }

    private static func isGzip(_ request: Request) throws -> Bool {
        switch request.headers[.contentEncoding]?.lowercased() {
        case nil, "identity": return false
        case "gzip", "x-gzip": return true
        default:
            throw Problem(
                .unsupportedMediaType,
                "Content-Encoding is gzip or nothing.",
                [.acceptEncoding: "gzip"]
            )
        }
    }

    private static func tooLong(_ limits: ServerLimits) -> Problem {
        Problem(
            .contentTooLarge,
            "A post holds at most \(limits.bodyBytes >> 20) MiB, unpacked; send several.",
            [.connection: "close"]
        )
    }

    private static func tooManyLines(_ limits: ServerLimits) -> Problem {
        Problem(
            .contentTooLarge,
            "A post holds at most \(limits.bodyLines) lines; send several.",
            [.connection: "close"]
        )
    }

    /// The whole body.
    ///
    /// `isHashed`: whether its hash is wanted.
    ///
    /// - Throws: `Problem`
    func collect(isHashed: Bool) async throws -> Collected {
        let deadline = ContinuousClock.now + limits.body
        let collected = try await withThrowingTaskGroup(of: Collected?.self) { group in
            group.addTask { [self] in
                var collector = Collector(reservation, limits, isGzip: isGzip, isHashed: isHashed)
                return try await collector.collect(body)
            }
            group.addTask {
                // A cancelled sleep means that the body was there in time.
                try? await Task.sleep(until: deadline)
                return nil
            }
            group.addTask { [reservation] in
                await reservation.waitUntilRevoked()
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let collected = first else {
                throw Problem(
                    .requestTimeout,
                    "The body did not arrive in time, or stopped while others needed its room.",
                    [.connection: "close"]
                )
            }
            return collected
        }
        guard reservation.complete() else { throw EventsController.full }
        return collected
    }

    /// Reads to the end or to the first problem.
    private struct Collector {
        private let reservation: IngestBudget.Reservation
        private let limits: ServerLimits
        private let inflater: GzipInflater?
        private var plain = PostedBytes()
        private let isHashed: Bool
        private var sentBytes = 0
        private var reservedBytes = 0

        init(
            _ reservation: IngestBudget.Reservation,
            _ limits: ServerLimits,
            isGzip: Bool,
            isHashed: Bool
        ) {
            self.reservation = reservation
            self.limits = limits
            inflater = isGzip ? GzipInflater(maxBytes: limits.bodyBytes) : nil
            self.isHashed = isHashed
        }

        private var content: PostedBytes { inflater?.content ?? plain }

        mutating func collect(_ body: RequestBody) async throws -> Collected {
            do {
                for try await chunk in body {
                    try Task.checkCancellation()
                    try take(chunk)
                }
                // Where the time is over the body just ends.
                try Task.checkCancellation()
                try inflater?.finish()
            } catch GzipInflater.Problem.tooLong {
                throw PostBody.tooLong(limits)
            } catch is GzipInflater.Problem {
                throw Problem(.badRequest, "The body is not a complete gzip file.")
            } catch let error as HTTPParserError {
                throw Problem(
                    .badRequest,
                    "The body is not valid HTTP: \(error).",
                    [.connection: "close"]
                )
            }
            return Collected(content: content, hash: hash())
        }

        private mutating func take(_ chunk: ByteBuffer) throws {
            sentBytes += chunk.readableBytes
            guard sentBytes <= limits.bodyBytes else { throw PostBody.tooLong(limits) }
            try chunk.withUnsafeReadableBytes { bytes in
                if let inflater {
                    try inflater.append(bytes) { count in
                        try reserve(count)
                        try checkLines(inflater.content)
                    }
                } else {
                    try reserve(plain.count + bytes.count)
                    plain.append(bytes)
                }
            }
            try checkLines(content)
        }

        private func checkLines(_ content: PostedBytes) throws {
            // The last line needs no line feed.
            guard content.lineFeeds <= limits.bodyLines else { throw PostBody.tooManyLines(limits) }
        }

        /// Reserves memory up to a size before it is taken.
        private mutating func reserve(_ bytes: Int) throws {
            guard bytes > reservedBytes else { return }
            guard reservation.reserve(bytes - reservedBytes) else { throw EventsController.full }
            reservedBytes = bytes
        }

        /// The hash of the content: the same post may be packed otherwise when it is sent again.
        private func hash() -> Int64? {
            guard isHashed else { return nil }
            var hasher = SHA256()
            content.forEachPiece { hasher.update($0) }
            return hasher.finalize().bytes.prefix(8).reduce(0) { $0 << 8 | Int64($1) }
        }
    }
}
