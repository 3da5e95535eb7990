import HTTPTypes
import Hummingbird
import Pipeline

/// Server-sent events: a tick when something was stored, and a comment now and then so that both
/// sides see whether the other is there.
struct ChangeStream: Sendable {
    let changes: ChangeWatch
    let limits: ServerLimits

    /// What a stream writes next.
    private enum Next: Sendable {
        case tick(Int64)
        case heartbeat
    }

    /// Opens a stream.
    ///
    /// - Throws: `Problem` where too many are open.
    func answer(_ request: APIRequest) throws -> Response {
        guard let stream = changes.changes(mostListeners: limits.streams) else {
            throw Problem.later(.serviceUnavailable, "Too many streams are open.", seconds: 10)
        }
        let heartbeat = limits.heartbeat
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { [presence = request.context.presence] writer in
                try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
                for await next in Self.merged(stream, heartbeat, until: presence) {
                    switch next {
                    case .tick(let version):
                        let text =
                            "event: commit\nid: \(version)\ndata: {\"version\": \(version)}\n\n"
                        try await writer.write(ByteBuffer(string: text))
                    case .heartbeat: try await writer.write(ByteBuffer(string: ": still here\n\n"))
                    }
                }
                try await writer.finish(nil)
            }
        )
    }

    /// Ticks, and heartbeats between them, until the ticks end or the client leaves.
    private static func merged(
        _ stream: AsyncStream<Int64>,
        _ heartbeat: Duration,
        until client: ClientPresence
    ) -> AsyncStream<Next> {
        let (merged, continuation) = AsyncStream<Next>.makeStream(
            bufferingPolicy: .bufferingNewest(2)
        )
        let ticks = Task {
            for await version in stream { continuation.yield(.tick(version)) }
            continuation.finish()
        }
        let beats = Task {
            while !Task.isCancelled {
                // Cancelling is how it is told to stop.
                do { try await Task.sleep(for: heartbeat) } catch { return }
                continuation.yield(.heartbeat)
            }
        }
        let departure = client.onLeave { continuation.finish() }
        continuation.onTermination = { _ in
            client.forget(departure)
            ticks.cancel()
            beats.cancel()
        }
        return merged
    }
}
