import AgentEvents
import Foundation

/// What tells one file from another on a machine, as long as both exist.
///
/// The inode of a file that is gone is used again.
package struct FileIdentity: Hashable, Sendable {
    package var device: Int64
    package var inode: Int64

    package init(device: Int64, inode: Int64) {
        self.device = device
        self.inode = inode
    }
}

/// What the system says of a file.
package struct FileFacts: Sendable, Equatable {
    package var identity: FileIdentity
    package var size: Int64
    /// The time of the last change in nanoseconds: only compared for equality.
    package var changed: Int64
    package var isFolder: Bool
    /// Pipes and terminals have no identity and no size.
    package var isRegular: Bool
    /// Whether no name leads to it any more.
    package var isUnlinked: Bool

    /// The facts of an open file.
    package init(descriptor: Int32) throws {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw ReadError(code: errno) }
        self.init(status)
    }

    /// The facts of the file that a path leads to, through symbolic links.
    package init(path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else { throw ReadError(code: errno) }
        self.init(status)
    }

    private init(_ status: stat) {
        identity = FileIdentity(
            device: Int64(bitPattern: UInt64(status.st_dev)),
            inode: Int64(bitPattern: UInt64(status.st_ino))
        )
        size = Int64(status.st_size)
        changed = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        isFolder = status.st_mode & S_IFMT == S_IFDIR
        isRegular = status.st_mode & S_IFMT == S_IFREG
        isUnlinked = status.st_nlink == 0
    }
}

extension FileFacts {
    /// The bytes of an open file in a range, fewer where it ends before.
    package static func bytes(
        of descriptor: Int32,
        from start: Int64,
        to end: Int64
    ) throws -> [UInt8] {
        let reader = PlainBytes(descriptor: descriptor, offset: start)
        var bytes = [UInt8](repeating: 0, count: Int(end - start))
        var filled = 0
        while filled < bytes.count {
            let count = try bytes.withUnsafeMutableBytes {
                try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
            }
            guard count > 0 else { break }
            filled += count
        }
        bytes.removeSubrange(filled...)
        return bytes
    }
}
