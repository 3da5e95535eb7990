import Foundation

/// Where the bytes of a source come from: a file, a stream, or what an archive holds.
package protocol ByteReader: AnyObject {
    /// Reads up to `buffer.count` bytes, often fewer; 0 at the end.
    ///
    /// The end of a growing file is the end for now: a later call goes on behind it.
    ///
    /// - Throws: `ReadError` where the system cannot read, which a later call tries again;
    ///   `ArchiveError` where an archive cannot be unpacked further.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// A regular file from an offset on.
///
/// The descriptor's own position is neither used nor moved. The descriptor stays the caller's, who
/// closes it.
package final class PlainBytes: ByteReader {
    private let descriptor: Int32
    /// Where the next byte is read, counted from the start of the file.
    package private(set) var offset: Int64

    /// `offset`: where to begin, at least 0; it may lie behind the end.
    package init(descriptor: Int32, offset: Int64) {
        self.descriptor = descriptor
        self.offset = offset
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try uninterrupted {
            pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
        }
        offset += Int64(count)
        return count
    }
}

/// A pipe, a terminal or standard input, read once from where it stands.
///
/// The descriptor stays the caller's, who closes it.
package final class StreamBytes: ByteReader {
    private let descriptor: Int32

    /// A read waits until the stream has bytes or ends, unless the descriptor does not block.
    package init(descriptor: Int32) { self.descriptor = descriptor }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try uninterrupted {
            Foundation.read(descriptor, buffer.baseAddress, buffer.count)
        }
    }
}

/// Calls the system again while a signal interrupts it.
private func uninterrupted(_ call: () -> Int) throws -> Int {
    while true {
        let count = call()
        if count >= 0 { return count }
        guard errno == EINTR else { throw ReadError(code: errno) }
    }
}
