import Glibc
import NIOCore

/// The socket that a server listens on, as a file.
struct UnixSocketFile: Sendable {
    let path: String

    /// Somebody listens on it.
    struct Taken: Error {}

    /// - Throws: `Taken` where a program answers; the file of one that was killed is in nobody's way.
    func checkFree() throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        // Binding says that a path is too long.
        guard path.utf8.count < room else { return }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return }
        defer { close(socket) }
        let isAnswered = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        if isAnswered { throw Taken() }
    }

    /// Takes the file away once nobody listens any more; what is no socket stays.
    func remove() {
        var found = stat()
        if lstat(path, &found) == 0, found.st_mode & S_IFMT == S_IFSOCK { unlink(path) }
    }
}
