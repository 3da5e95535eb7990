import EventStorage
import Foundation

/// An open lock file, which holds the id of the process that has locked it last.
struct LockFile {
    let descriptor: Int32

    /// Opens the file, and makes it where there is none, for those who may write the database.
    ///
    /// `database`: whose mode it gets.
    init(_ path: String, database: String? = nil) throws {
        var facts = stat()
        let mode = database.map { stat($0, &facts) == 0 ? facts.st_mode & 0o666 : 0o600 } ?? 0o600
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            let code = errno
            throw StoreError(
                code == ENOSPC ? .full : .io,
                operation: "taking the lock \(path)",
                cause: String(cString: strerror(code)),
                hint: "check that the database's folder can be written"
            )
        }
    }

    /// Takes the lock if nobody has it; it goes with the descriptor.
    func tryLock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

    /// Frees the lock, if it was taken, and closes the file.
    func close() { Self.release(descriptor) }

    /// Unlocks first: a child process that is just being started still has the file open, and with it
    /// would keep the lock.
    static func release(_ descriptor: Int32) {
        flock(descriptor, LOCK_UN)
        Foundation.close(descriptor)
    }

    /// Notes this process; a full disk loses the note and not the lock.
    func writeHolder() {
        let holder = "\(getpid())\n"
        ftruncate(descriptor, 0)
        pwrite(descriptor, holder, holder.utf8.count, 0)
    }

    /// The process that has it, as it noted itself.
    var holder: String {
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return "unknown" }
        return String(decoding: buffer[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
