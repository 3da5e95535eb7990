import AgentEvents
import Foundation

/// A file as polling finds it, which need not be open in between.
struct WatchedFile {
    private(set) var file: OpenFile?
    /// The facts of the file at the last poll.
    private(set) var facts: FileFacts
    let compression: Compression?
    /// The file as it was when it was last held against what was read of it.
    private var verified: FileFacts?

    init(_ file: OpenFile) {
        self.file = file
        facts = file.facts
        compression = file.compression
    }

    /// What a look at the file found.
    enum Look {
        case same
        case changed
        /// Another file, or none, lies where this one was, and it is not open.
        case lost
    }

    /// Asks the system about the file, which was last seen at a path.
    mutating func look(at path: String) throws -> Look {
        let latest: FileFacts
        if let file {
            latest = try FileFacts(descriptor: file.descriptor)
        } else {
            do {
                latest = try FileFacts(path: path)
            } catch let error as ReadError where error.code == ENOENT || error.code == ENOTDIR {
                return .lost
            }
            guard latest.identity == facts.identity else { return .lost }
        }
        guard latest != facts else { return .same }
        let hasChanged = latest.size != facts.size || latest.changed != facts.changed
        facts = latest
        return hasChanged ? .changed : .same
    }

    /// The file, opened where it is closed.
    ///
    /// - Throws: `ReadError`, `ENOENT` where another file lies at the path.
    mutating func opened(at path: String) throws -> OpenFile {
        if let file { return file }
        let file = try OpenFile(path: path)
        guard file.facts.identity == facts.identity else { throw ReadError(code: ENOENT) }
        self.file = file
        return file
    }

    /// The file, opened where it is closed, with facts of this moment.
    mutating func openedNow(at path: String) throws -> OpenFile {
        let file = try opened(at: path)
        facts = try FileFacts(descriptor: file.descriptor)
        return file
    }

    mutating func close() { file = nil }

    /// Whether the file still has before the offset what was read of it, by its head and the
    /// marker.
    ///
    /// - Throws: `ReadError` where it cannot be opened.
    mutating func isIntact(_ cursor: ReadCursor) throws -> Bool {
        guard compression == nil else { return true }
        guard facts.size >= cursor.position.offset else { return false }
        guard verified != facts else { return true }
        guard try opened(at: cursor.position.seenAt).holds(cursor) else { return false }
        verified = facts
        return true
    }

    /// Has the file held against what was read of it at the next question.
    mutating func forgetVerification() { verified = nil }
}

extension OpenFile {
    /// Whether a plain file has what stands before a cursor, by its head and the last block.
    func holds(_ cursor: ReadCursor) throws -> Bool {
        let (position, fingerprint) = (cursor.position, cursor.fingerprint)
        guard position.offset > 0 else { return true }
        let head = try FileFacts.bytes(of: descriptor, from: 0, to: position.headLength)
        let start = fingerprint.offset - Int64(fingerprint.recent.count)
        return try head.withUnsafeBytes { Int64(bitPattern: SipHash.hash($0)) } == position.headHash
            && FileFacts.bytes(of: descriptor, from: start, to: fingerprint.offset)
                == fingerprint.recent
    }
}
