import AgentEvents
import LogTailing

/// A posted body as a source of lines that is read once, a batch at a time.
///
/// What is read goes on where the source stood, so that every line of every post has an offset of its
/// own.
final class PostQueue: SourceQueue {
    let takesWholeLastLine = true
    let turnBytes = Int64.max
    private var current: PostedSource?
    /// How many bytes of the body were taken.
    private(set) var taken = 0
    /// Whether the last line of the body was taken.
    private(set) var isAtEnd = false

    init() {}

    /// Hands out a body next, from a byte on at which a line begins.
    ///
    /// `position`: where the source stands.
    func load(_ body: PostedBytes, from start: Int, at position: SourcePosition) {
        current = PostedSource(body, from: start, position)
        taken = start
        isAtEnd = false
    }

    /// Does nothing: a body is read in one turn a batch.
    func beginRound() {}

    /// The body that was loaded, until a batch of it is read.
    func nextReadable() -> (any LineSource)? { current }

    /// Notes how far the body was read.
    func finish(_ source: any LineSource, at offset: Int64, isAtEnd: Bool) -> SourceMove? {
        current = nil
        taken += Int(offset - source.position.offset)
        self.isAtEnd = isAtEnd
        var position = source.position
        position.offset = offset
        position.size = offset
        return SourceMove(startOffset: source.position.offset, position: position)
    }

    /// Leaves the body: memory can always be read, so this is never asked.
    func fail(_ source: any LineSource, _ error: any Error) { current = nil }

    /// Leaves the body; the caller loads it again.
    func rewind(to known: [SourcePosition]) { current = nil }
}

/// One body.
private final class PostedSource: LineSource {
    let position: SourcePosition
    let lines: LineBuffer?
    let isFinal = true
    let isCaughtUp = false

    init(_ body: PostedBytes, from start: Int, _ position: SourcePosition) {
        self.position = position
        lines = LineBuffer(
            reader: PostedBytesReader(body, from: start),
            // Only the offset is of use: nobody recognises a post.
            fingerprint: SourceFingerprint(position: position, recent: [])
        )
    }
}

/// Reads a body.
private final class PostedBytesReader: ByteReader {
    private let body: PostedBytes
    private var next: Int

    init(_ body: PostedBytes, from start: Int) {
        self.body = body
        next = start
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = body.copy(from: next, into: buffer)
        next += count
        return count
    }
}
