import AsyncHTTPClient
import EventStorage
import NIOCore
import NIOHTTP1
import Synchronization

/// Takes the parts of an answer as they come, one after the other.
///
/// The sender waits while a part is taken, so that memory holds one of them.
final class AnswerReader: HTTPClientResponseDelegate {
    typealias Response = Void

    private struct State {
        /// Who takes the parts; `nil` once nobody does any more.
        var take: (@Sendable (UnsafeRawBufferPointer) throws -> Void)?
        var isAnswer = false
        var status = 0
        var isServer = false
        /// What was said instead of an answer.
        var complaint: [UInt8] = []
        var failure: (any Error)?
    }

    private let state = Mutex(State())

    /// `take`: is called by one thread at a time, until `end`.
    init(_ take: @escaping (UnsafeRawBufferPointer) throws -> Void) {
        // The caller waits meanwhile.
        nonisolated(unsafe) let take = take
        state.withLock { $0.take = { try take($0) } }
    }

    /// Lets go of who takes the parts, which the client does not: it keeps this object for longer.
    func end() { state.withLock { $0.take = nil } }

    func didReceiveHead(
        task: HTTPClient.Task<Void>,
        _ head: HTTPResponseHead
    ) -> EventLoopFuture<Void> {
        state.withLock { state in
            state.status = Int(head.status.code)
            state.isServer = head.headers.contains {
                $0.name.lowercased().hasPrefix("x-clickhouse-")
            }
            state.isAnswer = state.status == 200 && state.isServer
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(
        task: HTTPClient.Task<Void>,
        _ buffer: ByteBuffer
    ) -> EventLoopFuture<Void> {
        let failure: (any Error)? = state.withLock { state in
            guard state.isAnswer else {
                let room = ServerProblem.maxBytes - state.complaint.count
                state.complaint += buffer.readableBytesView.prefix(max(room, 0))
                return nil
            }
            do {
                if let take = state.take { try buffer.withUnsafeReadableBytes(take) }
            } catch {
                state.failure = error
            }
            return state.failure
        }
        return failure.map(task.eventLoop.makeFailedFuture)
            ?? task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) throws {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            guard !state.isAnswer else { return }
            if state.isServer, let problem = ServerProblem(state.complaint) { throw problem }
            throw ForeignAnswer(status: state.status)
        }
    }
}

/// An answer of something that is no ClickHouse server.
struct ForeignAnswer: Error {
    let status: Int

    func storeError(_ operation: String, _ address: ServerAddress) -> StoreError {
        StoreError(
            .foreign,
            operation: "\(operation) on \(address)",
            cause: "what answers there is no ClickHouse server (HTTP \(status))",
            hint: "name the server's port for HTTP in --db; it is 8123 where nobody changed it"
        )
    }
}
