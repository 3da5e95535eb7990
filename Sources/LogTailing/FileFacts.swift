import AgentEvents
import Foundation

/// What the system says of an open file, and hashes of its parts.
package struct FileFacts: Sendable {
    /// How many bytes at a file's head and before an offset are hashed.
    package static let markerLength: Int64 = 4_096

    package var device: Int64
    package var inode: Int64
    package var size: Int64
    package var isFolder: Bool
    /// Pipes and terminals have no identity and no size.
    package var isRegular: Bool

    private let descriptor: Int32

    package init(descriptor: Int32) throws {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw ReadError(code: errno) }
        self.descriptor = descriptor
        device = Int64(bitPattern: UInt64(status.st_dev))
        inode = Int64(bitPattern: UInt64(status.st_ino))
        size = Int64(status.st_size)
        isFolder = status.st_mode & S_IFMT == S_IFDIR
        isRegular = status.st_mode & S_IFMT == S_IFREG
    }

    /// The hash of the first `length` bytes; `nil` where the file is shorter.
    package func headHash(length: Int64) throws -> Int64? { try hash(from: 0, to: length) }

    /// The hash of the last bytes before an offset, at most 4 KiB; `nil` where the file is shorter.
    package func tailHash(before offset: Int64) throws -> Int64? {
        try hash(from: max(0, offset - Self.markerLength), to: offset)
    }

    /// The byte at an offset; `nil` behind the end.
    package func byte(at offset: Int64) throws -> UInt8? {
        try bytes(from: offset, to: offset + 1)?.first
    }

    private func hash(from start: Int64, to end: Int64) throws -> Int64? {
        guard let bytes = try bytes(from: start, to: end) else { return nil }
        return bytes.withUnsafeBytes { Int64(bitPattern: SipHash.hash($0)) }
    }

    private func bytes(from start: Int64, to end: Int64) throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: Int(end - start))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                pread(
                    descriptor,
                    $0.baseAddress.map { $0 + filled },
                    $0.count - filled,
                    off_t(start) + off_t(filled)
                )
            }
            guard count >= 0 else { throw ReadError(code: errno) }
            guard count > 0 else { return nil }
            filled += count
        }
        return bytes
    }
}
