package import AgentEvents

/// Lines that somebody sent, as a source that is read once from its start to its end.
///
/// Each body goes on where the one before it ended, so that every line has an offset of its own.
package final class PostQueue: SourceQueue {
    package let takesWholeLastLine = true
    package let turnBytes = Int64.max
    private var current: PostedSource?

    package init() {}

    /// Hands out this body next.
    ///
    /// `position`: where the source stands.
    package func load(_ body: [UInt8], at position: SourcePosition) {
        current = PostedSource(body, position)
    }

    /// Nothing: a body is one turn.
    package func beginRound() {}

    /// The body that was loaded, until it is read.
    package func nextReadable() -> (any LineSource)? { current }

    /// Ends the body.
    package func finish(_ source: any LineSource, at offset: Int64, isAtEnd: Bool) -> SourceMove? {
        current = nil
        var position = source.position
        position.offset = offset
        position.size = offset
        return SourceMove(startOffset: source.position.offset, position: position)
    }

    /// Memory can be read in any case; what is asked to fail is left.
    package func fail(_ source: any LineSource, _ error: any Error) { current = nil }

    /// Leaves the body; the caller loads it again.
    package func rewind(to known: [SourcePosition]) { current = nil }
}

/// One body.
private final class PostedSource: LineSource {
    let position: SourcePosition
    let lines: LineBuffer?
    let isFinal = true
    let isCaughtUp = false

    init(_ body: [UInt8], _ position: SourcePosition) {
        self.position = position
        lines = LineBuffer(
            reader: MemoryBytes(body),
            // Only the offset is of use: nobody recognises a post.
            fingerprint: SourceFingerprint(position: position, recent: [])
        )
    }
}

/// Bytes in memory.
private final class MemoryBytes: ByteReader {
    private let bytes: [UInt8]
    private var taken = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, bytes.count - taken)
        bytes.withUnsafeBytes { all in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: all[taken..<taken + count]))
        }
        taken += count
        return count
    }
}
