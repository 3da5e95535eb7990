import Foundation

/// The names in one folder, as the system gave them, in no order.
struct FolderListing {
    /// What a name stands for, without a look at the file.
    enum Kind {
        case file
        case folder
        /// A symbolic link, or a file system that does not say.
        case unknown
        /// A pipe, a socket or a device.
        case other
    }

    struct Entry {
        /// Where the name is no UTF-8, with a replacement for what is none.
        var name: String
        /// False for a name that is no UTF-8: no path with it leads anywhere.
        var isUTF8: Bool
        var kind: Kind

        var isHidden: Bool { name.utf8.first == UInt8(ascii: ".") }
    }

    var identity: FileIdentity
    /// The entries without `.` and `..`.
    var entries: [Entry] = []

    /// Reads a folder; `nil` where there is none.
    ///
    /// - Throws: `ReadError` where it may not be listed.
    static func read(_ path: String) throws(ReadError) -> FolderListing? {
        guard let folder = opendir(path) else {
            let error = errno
            if error == ENOENT || error == ENOTDIR { return nil }
            throw ReadError(code: error)
        }
        defer { closedir(folder) }
        var status = stat()
        guard fstat(dirfd(folder), &status) == 0 else { throw ReadError(code: errno) }
        var listing = FolderListing(identity: FileIdentity(status))
        while true {
            errno = 0
            guard let entry = readdir(folder) else { break }
            listing.add(entry)
        }
        // A folder that was removed while it was read has no more names.
        guard errno == 0 || errno == ENOENT else { throw ReadError(code: errno) }
        return listing
    }

    private mutating func add(_ entry: UnsafeMutablePointer<dirent>) {
        guard let start = MemoryLayout<dirent>.offset(of: \.d_name) else { return }
        let bytes = UnsafeRawPointer(entry).advanced(by: start)
            .assumingMemoryBound(to: CChar.self)
        let checked = String(validatingCString: bytes)
        let name = checked ?? String(cString: bytes)
        guard name != ".", name != ".." else { return }
        let kind: Kind =
            switch Int(entry.pointee.d_type) {
            case Int(DT_REG): .file
            case Int(DT_DIR): .folder
            case Int(DT_LNK), Int(DT_UNKNOWN): .unknown
            default: .other
            }
        entries.append(Entry(name: name, isUTF8: checked != nil, kind: kind))
    }
}
