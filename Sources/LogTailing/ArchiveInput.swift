/// The compressed bytes of an archive from its start, a piece at a time.
final class ArchiveInput {
    private static let capacity = 64 << 10

    private let file: PlainBytes
    private let memory: UnsafeMutableRawBufferPointer
    /// What is read and not taken yet lies in `start..<end`.
    private var start = 0
    private var end = 0

    /// The descriptor stays the caller's, who closes it.
    init(descriptor: Int32) {
        file = PlainBytes(descriptor: descriptor, offset: 0)
        memory = .allocate(byteCount: Self.capacity, alignment: 64)
    }

    deinit { memory.deallocate() }

    /// How much of the archive has been taken, in compressed bytes.
    var offset: Int64 { file.offset - Int64(end - start) }

    /// What is read and not taken yet, valid until the next `fill`.
    var unread: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: memory[start..<end])
    }

    /// Makes something `unread`, if only by looking; false at the end of the file.
    ///
    /// - Throws: `ReadError`; nothing is lost, and a later call tries again.
    func fill() throws -> Bool {
        if start < end { return true }
        end = try file.read(into: memory)
        start = 0
        return end > 0
    }

    /// Takes the first `count` of the unread bytes.
    func take(_ count: Int) { start += count }
}
