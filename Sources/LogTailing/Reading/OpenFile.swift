import Foundation

/// A file that is open, and what it holds: text, or an archive of text.
final class OpenFile {
    let descriptor: Int32
    /// The facts of the file when it was opened.
    let facts: FileFacts
    /// `nil` for plain text.
    let compression: Compression?

    /// Opens a file for reading.
    ///
    /// - Throws: `ReadError`; `ArchiveError` where it holds a format that is not read.
    init(path: String) throws {
        // Opening a pipe that nobody writes to would wait for a writer; the flag is harmless else.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw ReadError(code: errno) }
        do {
            facts = try FileFacts(descriptor: descriptor)
            compression = facts.isRegular ? try Self.compression(of: descriptor) : nil
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static func compression(of descriptor: Int32) throws -> Compression? {
        let first = try FileFacts.bytes(
            of: descriptor,
            from: 0,
            to: Int64(UnreadFormat.magicLength)
        )
        if let problem = UnreadFormat.problem(firstBytes: first) { throw problem }
        return Compression.detect(first)
    }

    /// Reads the content: text from an offset, an archive from its beginning.
    func reader(from offset: Int64) -> any ByteReader {
        switch compression {
        case .gzip: GzipBytes(descriptor: descriptor)
        case .zstd: ZstdBytes(descriptor: descriptor)
        case nil: PlainBytes(descriptor: descriptor, offset: offset)
        }
    }

    /// The first bytes of the content, at most `count`, fewer where there are no more.
    func head(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        let reader = reader(from: 0)
        while filled < count {
            let read: Int
            do {
                read = try bytes.withUnsafeMutableBytes {
                    try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
                }
            } catch is ArchiveError {
                break  // what stands before the damage is the head
            }
            guard read > 0 else { break }
            filled += read
        }
        return Array(bytes.prefix(filled))
    }
}
