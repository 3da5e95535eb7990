import Foundation

/// A regular file, as stat(2) saw it through symbolic links.
package struct FoundFile: Sendable, Equatable {
    /// The path as it was named or found, links included.
    package var path: String
    package var device: Int64
    package var inode: Int64
    /// The size on the disk in bytes; of an archive, its compressed size.
    package var size: Int64

    init(path: String, status: stat) {
        self.path = path
        device = Int64(bitPattern: UInt64(status.st_dev))
        inode = Int64(bitPattern: UInt64(status.st_ino))
        size = Int64(status.st_size)
    }

    var identity: FileIdentity { FileIdentity(device: device, inode: inode) }
}

extension FileIdentity {
    init(_ status: stat) {
        self.init(
            device: Int64(bitPattern: UInt64(status.st_dev)),
            inode: Int64(bitPattern: UInt64(status.st_ino))
        )
    }
}

extension stat {
    var isRegular: Bool { st_mode & S_IFMT == S_IFREG }
    var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
    var isLink: Bool { st_mode & S_IFMT == S_IFLNK }

    /// What a path leads to, symbolic links followed; `nil` where there is nothing.
    ///
    /// - Throws: `ReadError` where the system will not say.
    static func following(_ path: String) throws(ReadError) -> stat? {
        var status = stat()
        return try absent(fstatat(AT_FDCWD, path, &status, 0)) ? nil : status
    }

    /// What a path itself is, perhaps a symbolic link; `nil` where there is nothing.
    static func named(_ path: String) throws(ReadError) -> stat? {
        var status = stat()
        return try absent(fstatat(AT_FDCWD, path, &status, AT_SYMLINK_NOFOLLOW)) ? nil : status
    }

    /// A file that has vanished, and a path that leads through a file, are no failures.
    private static func absent(_ code: Int32) throws(ReadError) -> Bool {
        if code == 0 { return false }
        let error = errno
        guard error == ENOENT || error == ENOTDIR else { throw ReadError(code: error) }
        return true
    }
}
