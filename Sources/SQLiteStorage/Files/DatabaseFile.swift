import EventStorage
import Foundation

/// Where a database lies: the file itself, by whatever path or link it was named.
struct DatabaseFile: Sendable {
    /// The absolute path, without symbolic links.
    ///
    /// It begins with a slash, so that SQLite takes no part of it for a URI.
    let path: String

    /// `name`: the path as it was given; the file need not exist.
    init(_ name: String) {
        let absolute = URL(fileURLWithPath: name).path
        path = Self.real(absolute) ?? Self.realFolder(of: absolute) ?? absolute
    }

    private static func realFolder(of path: String) -> String? {
        let (folder, name) = (
            (path as NSString).deletingLastPathComponent, (path as NSString).lastPathComponent
        )
        return real(folder).map { ($0 == "/" ? "" : $0) + "/" + name }
    }

    private static func real(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }

    var writeLock: String { path + "-write.lock" }

    /// Every file that belongs to the database, whether or not it is there now.
    var all: [String] {
        [path, path + "-wal", path + "-shm", path + "-journal", writeLock]
            + [lock(.following), lock(.alerting), lock(.shipping)]
    }

    /// The size of the log in bytes; 0 where there is none.
    var logBytes: Int64 { Self.size(path + "-wal") }

    /// The size of the database in bytes; 0 where there is none.
    var bytes: Int64 { Self.size(path) }

    private static func size(_ path: String) -> Int64 {
        var facts = stat()
        return stat(path, &facts) == 0 ? Int64(facts.st_size) : 0
    }

    /// Bytes that the file system has left for this user; `nil` where it does not say.
    var freeBytes: Int64? {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else { return nil }
        return Int64(clamping: UInt64(facts.f_bavail) * UInt64(facts.f_frsize))
    }

    /// Makes an empty file that nobody else may read: logs hold what people asked agents.
    ///
    /// SQLite gives its other files the same mode. Does nothing where there is a file.
    func createPrivate() {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        // Where it cannot be made, opening it says why.
        if descriptor >= 0 { close(descriptor) }
    }

    /// The address under which SQLite reads the file as one that nobody changes, without making files
    /// beside it.
    var immutableAddress: String {
        let allowed = CharacterSet.urlPathAllowed.subtracting(CharacterSet(charactersIn: "?#%"))
        let escaped = path.addingPercentEncoding(withAllowedCharacters: allowed)
        return "file:\(escaped ?? path)?immutable=1"
    }
}
