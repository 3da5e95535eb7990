/// The compressed bytes of an archive from its start, a piece at a time.
final class ArchiveInput {
    private static let capacity = 64 << 10

    private let source: any ByteReader
    private var readCount: Int64 = 0
    private let memory: UnsafeMutableRawBufferPointer
    /// What is read and not taken yet lies in `start..<end`.
    private var start = 0
    private var end = 0

    /// `source`: the archive from its first byte on.
    init(_ source: any ByteReader) {
        self.source = source
        memory = .allocate(byteCount: Self.capacity, alignment: 64)
    }

    deinit { memory.deallocate() }

    /// How much of the archive has been taken, in compressed bytes.
    var offset: Int64 { readCount - Int64(end - start) }

    /// What is read and not taken yet, valid until the next `fill`.
    var unread: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: memory[start..<end])
    }

    /// Makes something `unread`, if only by looking; false at the end of the file.
    ///
    /// - Throws: `ReadError`; nothing is lost, and a later call tries again.
    func fill() throws -> Bool {
        if start < end { return true }
        end = try source.read(into: memory)
        start = 0
        readCount += Int64(end)
        return end > 0
    }

    /// Takes the first `count` of the unread bytes.
    func take(_ count: Int) { start += count }
}
