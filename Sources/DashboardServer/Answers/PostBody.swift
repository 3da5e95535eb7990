import HTTPTypes
import Hummingbird
import LogTailing
import NIOCore
import Pipeline

/// The body of a post as it arrives: unpacked, bounded in length, time and in what all posts hold.
struct PostBody {
    private let body: RequestBody
    private let isGzip: Bool
    private let room: IntakeRoom
    private let limits: ServerLimits
    /// Bytes of the room that are ours.
    private var held = 0

    /// The place in the room is taken already.
    ///
    /// - Throws: `Problem` where the coding or the announced length cannot be taken.
    init(_ request: Request, room: IntakeRoom, limits: ServerLimits) throws {
        body = request.body
        self.room = room
        self.limits = limits
        do {
            isGzip = try Self.isGzip(request)
            if let length = request.headers[.contentLength].flatMap({ Int($0) }),
                length > limits.bodyBytes
            {
                throw Self.tooLong(limits)
            }
        } catch {
            room.leave(0)
            throw error
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

    /// Gives back what was taken.
    func leave() { room.leave(held) }

    /// All of it.
    ///
    /// - Throws: `Problem`
    mutating func collect() async throws -> [UInt8] {
        let deadline = ContinuousClock.now + limits.body
        let (body, isGzip, room, limits) = (body, isGzip, room, limits)
        let collected = try await withThrowingTaskGroup(of: Collected?.self) { group in
            group.addTask {
                var collector = Collector(isGzip: isGzip, room: room, limits: limits)
                return try await collector.collect(body)
            }
            group.addTask {
                // Cancelled is over in time.
                try? await Task.sleep(until: deadline)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let collected = first else {
                throw Problem(
                    .requestTimeout,
                    "The body did not arrive in time.",
                    [.connection: "close"]
                )
            }
            return collected
        }
        held = collected.held
        if let problem = collected.problem { throw problem }
        return collected.bytes
    }

    /// What was taken, also where it is of no use.
    private struct Collected: Sendable {
        var bytes: [UInt8] = []
        var held = 0
        var problem: Problem?
    }

    /// Reads to the end or to the first problem.
    private struct Collector {
        let isGzip: Bool
        let room: IntakeRoom
        let limits: ServerLimits

        mutating func collect(_ body: RequestBody) async throws -> Collected {
            var collected = Collected()
            do {
                let inflater = isGzip ? GzipInflater(limit: limits.bodyBytes) : nil
                var sent = 0
                for try await chunk in body {
                    try Task.checkCancellation()
                    sent += chunk.readableBytes
                    guard sent <= limits.bodyBytes else { throw PostBody.tooLong(limits) }
                    let before = inflater?.content.count ?? collected.bytes.count
                    try chunk.withUnsafeReadableBytes { bytes in
                        if let inflater {
                            try inflater.append(bytes)
                        } else {
                            collected.bytes.append(contentsOf: bytes)
                        }
                    }
                    let grown = (inflater?.content.count ?? collected.bytes.count) - before
                    guard room.take(grown) else { throw PostedEvents.full }
                    collected.held += grown
                }
                // Where the time is over the body just ends.
                try Task.checkCancellation()
                try inflater?.finish()
                if let inflater { collected.bytes = inflater.content }
            } catch let problem as Problem {
                collected.problem = problem
            } catch GzipInflater.Problem.tooLong {
                collected.problem = PostBody.tooLong(limits)
            } catch is GzipInflater.Problem {
                collected.problem = Problem(.badRequest, "The body is no whole gzip.")
            } catch {
                // What was taken is given back at once where nobody waits for the answer.
                room.release(collected.held)
                throw error
            }
            return collected
        }
    }
}
