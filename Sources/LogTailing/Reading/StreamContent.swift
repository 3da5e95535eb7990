/// What a stream holds: text, or an archive of text, told from its first bytes.
final class StreamContent: ByteReader {
    private let stream: StreamBytes
    /// Known after the first bytes have come.
    private var content: (any ByteReader)?

    /// The descriptor stays the caller's, who closes it.
    init(descriptor: Int32) { stream = StreamBytes(descriptor: descriptor) }

    /// - Throws: as `ByteReader` says, and `ArchiveError.unsupported` for a format that is not read.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let content = try content ?? begin()
        self.content = content
        return try content.read(into: buffer)
    }

    private func begin() throws -> any ByteReader {
        let first = try firstBytes()
        if let problem = UnreadFormat.problem(firstBytes: first) { throw problem }
        let whole = ReplayedBytes(first, then: stream)
        return switch Compression.detect(first) {
        case .gzip: GzipBytes(whole)
        case .zstd: ZstdBytes(whole)
        case nil: whole
        }
    }

    private func firstBytes() throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: UnreadFormat.magicLength)
        var filled = 0
        while filled < bytes.count {
            let count = try bytes.withUnsafeMutableBytes {
                try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
            }
            if count == 0 { break }
            filled += count
        }
        return Array(bytes.prefix(filled))
    }
}

/// Bytes that were read already, and then those that follow them.
private final class ReplayedBytes: ByteReader {
    private var first: ArraySlice<UInt8>
    private let rest: any ByteReader

    init(_ first: [UInt8], then rest: any ByteReader) {
        self.first = first[...]
        self.rest = rest
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard !first.isEmpty else { return try rest.read(into: buffer) }
        let count = min(first.count, buffer.count)
        buffer.copyBytes(from: first.prefix(count))
        first = first.dropFirst(count)
        return count
    }
}
