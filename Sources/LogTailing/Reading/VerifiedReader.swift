/// A plain file that is held, while it is read, against what was read of it.
///
/// A file may be truncated and written anew between two reads, and the reader would go on in the
/// middle of another text. So each read is believed only if, after it, the bytes before it still
/// stand where they stood; at the start of the file, if its first bytes read the same once more.
final class VerifiedReader: ByteReader {
    private let descriptor: Int32
    private let bytes: PlainBytes
    /// The last bytes before the next read.
    private var recent: [UInt8]

    /// Goes on behind what a fingerprint covers.
    init(descriptor: Int32, after fingerprint: SourceFingerprint) {
        self.descriptor = descriptor
        bytes = PlainBytes(descriptor: descriptor, offset: fingerprint.offset)
        recent = fingerprint.recent
    }

    /// - Throws: `SourceProblem.truncated` where the file is not what it was.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let start = bytes.offset
        let count = try bytes.read(into: buffer)
        guard count > 0 else { return 0 }
        let read = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        if start == 0 {
            try hold(Array(read.prefix(SourceFingerprint.blockLength)), at: 0)
        } else {
            try hold(recent, at: start - Int64(recent.count))
        }
        // `suffix` would be that of sequences here, which walks over all bytes.
        recent += read[max(0, count - SourceFingerprint.blockLength)...]
        recent.removeFirst(max(0, recent.count - SourceFingerprint.blockLength))
        return count
    }

    private func hold(_ expected: [UInt8], at offset: Int64) throws {
        let end = offset + Int64(expected.count)
        guard try FileFacts.bytes(of: descriptor, from: offset, to: end) == expected else {
            throw SourceProblem.truncated
        }
    }
}
