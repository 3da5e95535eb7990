import CMalloc
import HTTPTypes
import Hummingbird
import Synchronization

/// The memory that answers may hold together while they are made and read by their clients.
final class AnswerBudget: Sendable {
    private let held = Mutex(0)
    private let maxBytes: Int

    init(maxBytes: Int) { self.maxBytes = maxBytes }

    /// How many bytes are held.
    var bytes: Int { held.withLock { $0 } }

    fileprivate func reserve(_ bytes: Int) -> Bool {
        held.withLock { held in
            guard held + bytes <= maxBytes else { return false }
            held += bytes
            return true
        }
    }

    fileprivate func release(_ bytes: Int) { held.withLock { $0 -= bytes } }
}

/// An answer that is written piece by piece on a reader's thread, and then read by its client at the
/// client's pace; what it holds is given back when nobody refers to it any more.
final class AnswerBuffer: Sendable {
    private struct State {
        var pieces: [ByteBuffer] = []
        /// The piece that is being filled.
        var last = ByteBuffer()
        var reserved = 0
    }

    private let budget: AnswerBudget
    private let state = Mutex(State())

    private static let pieceSize = 64 << 10
    /// Freed pieces of an answer of this size leave holes that the allocator would keep.
    private static let largeAnswer = 8 << 20

    init(_ budget: AnswerBudget) { self.budget = budget }

    deinit {
        let reserved = state.withLock { state in
            state.pieces = []
            state.last = ByteBuffer()
            return state.reserved
        }
        budget.release(reserved)
        if reserved > Self.largeAnswer { malloc_trim(0) }
    }

    /// Appends a text.
    ///
    /// - Throws: `Problem` where all answers together would hold too much.
    func write(_ text: String) throws { try write(text.utf8) }

    /// Appends bytes.
    ///
    /// - Throws: `Problem` where all answers together would hold too much.
    func write(_ bytes: some Collection<UInt8>) throws {
        try state.withLock { state in
            var rest = bytes[...]
            while !rest.isEmpty {
                if state.last.writableBytes == 0 { try addPiece(for: rest.count, &state) }
                let part = rest.prefix(state.last.writableBytes)
                state.last.writeBytes(part)
                rest = rest.dropFirst(part.count)
            }
        }
    }

    private func addPiece(for bytes: Int, _ state: inout State) throws {
        // The allocator takes whole powers of two.
        let piece = ByteBufferAllocator().buffer(capacity: min(Self.pieceSize, max(bytes, 1_024)))
        guard budget.reserve(piece.capacity) else {
            throw Problem.later(
                .serviceUnavailable,
                "Too many large answers are being read; ask for less, or try again.",
                seconds: 2
            )
        }
        state.reserved += piece.capacity
        if state.last.readableBytes > 0 { state.pieces.append(state.last) }
        state.last = piece
    }

    /// The answer with all that was written.
    func response(
        _ contentType: String,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        let length = state.withLock { state in
            state.pieces.reduce(state.last.readableBytes) { $0 + $1.readableBytes }
        }
        return Response(
            status: status,
            headers: [.contentType: contentType],
            body: ResponseBody(contentLength: length) { [self] writer in
                for piece in state.withLock({ $0.pieces + [$0.last] }) {
                    try await writer.write(piece)
                }
                try await writer.finish(nil)
            }
        )
    }
}
