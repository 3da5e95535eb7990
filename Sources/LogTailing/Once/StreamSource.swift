import AgentEvents
import Foundation

/// Standard input or a pipe: read once, and recognised by nothing.
final class StreamSource: OnceSource {
    private(set) var position: SourcePosition
    let lines: LineBuffer?
    let isFinal = true
    let isCaughtUp = false
    private let descriptor: Int32
    private let isOurs: Bool

    init(standardInput position: SourcePosition) {
        self.position = position
        descriptor = STDIN_FILENO
        isOurs = false
        lines = LineBuffer(
            reader: StreamContent(descriptor: STDIN_FILENO),
            fingerprint: SourceFingerprint()
        )
    }

    /// Opens a named pipe, waiting for its writer.
    init(path: String, position: SourcePosition) throws {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ReadError(code: errno) }
        isOurs = true
        self.position = position
        lines = LineBuffer(
            reader: StreamContent(descriptor: descriptor),
            fingerprint: SourceFingerprint()
        )
    }

    deinit { if isOurs { close(descriptor) } }

    func move(to offset: Int64, isAtEnd: Bool) -> SourceMove? {
        let start = position.offset
        position.offset = offset
        position.size = offset
        return SourceMove(startOffset: start, position: position)
    }
}

extension SourceRegistry {
    /// A stream has no identity, so each is a generation of its own; the first is 0.
    func newStream(at path: String) -> SourcePosition {
        var position = SourcePosition(path: path)
        position.generation = sources(at: path).first.map { $0.generation + 1 } ?? 0  // the first
        position.identity = "stream"
        return position
    }
}
