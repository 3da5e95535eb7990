import AgentEvents

/// Finds the positions that a content goes on from, judged by nothing but its bytes.
///
/// This is how copies and archives of a source are recognised: they have other inodes, and often
/// other names.
enum ContentMatch {
    /// A content that has what was read of a source.
    struct Match {
        var position: SourcePosition
        var fingerprint: SourceFingerprint
    }

    /// How far the content goes, as far as it was read.
    enum End: Equatable {
        /// Not looked for.
        case beyond
        case at(Int64)
        /// The archive ends in the middle: it may still be being written.
        case cut
    }

    /// The positions among `candidates` that the content has everything of, the farthest last.
    ///
    /// `toTheEnd`: read on behind the last of them.
    static func find(
        _ candidates: [SourcePosition],
        in file: OpenFile,
        toTheEnd: Bool = false
    ) throws -> (matches: [Match], end: End, whole: SourceFingerprint) {
        var walk = Walk(reader: file.reader(from: 0))
        var matches: [Match] = []
        for position in candidates.sorted(by: { $0.offset < $1.offset }) {
            try walk.advance(to: position.offset)
            if walk.fingerprint.isAt(position) {
                matches.append(Match(position: position, fingerprint: walk.fingerprint))
            }
            if walk.end != .beyond { break }
        }
        if toTheEnd, walk.end == .beyond { try walk.advance(to: .max) }
        return (matches, walk.end, walk.fingerprint)
    }

    /// Reads through a content, hashing it.
    private struct Walk {
        private let reader: any ByteReader
        private(set) var fingerprint = SourceFingerprint()
        private(set) var end = End.beyond
        private var buffer = [UInt8](repeating: 0, count: 256 << 10)

        init(reader: any ByteReader) { self.reader = reader }

        mutating func advance(to offset: Int64) throws {
            while fingerprint.offset < offset, end == .beyond {
                let wanted = Int(min(Int64(buffer.count), offset - fingerprint.offset))
                let reader = reader
                let count: Int
                do {
                    count = try buffer.withUnsafeMutableBytes {
                        try reader.read(
                            into: UnsafeMutableRawBufferPointer(rebasing: $0[..<wanted])
                        )
                    }
                } catch is ArchiveError {
                    end = .cut
                    return
                }
                if count == 0 { end = .at(fingerprint.offset) }
                buffer.withUnsafeBytes {
                    fingerprint.append(UnsafeRawBufferPointer(rebasing: $0[..<count]))
                }
            }
        }
    }
}
