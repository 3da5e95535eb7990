package import AgentEvents
package import EventStorage
import Glibc

/// A stored source beside the file that lies now where the source was last seen.
///
/// It is looked at here and now, whatever a follower noted: a source that is not read any more
/// shows, also where the follower that should read it has died.
package struct SourceState {
    /// How far a source is read.
    package enum Standing: Sendable {
        /// Nothing is there to be read.
        case read
        /// It has bytes that are not read.
        case behind
        /// It cannot be read or judged.
        case failed
    }

    package var stored: StoredSource
    /// The file's size now, or as it was last seen where there is none any more.
    package var size: Int64
    /// Bytes that are there and not read; `nil` where that cannot be told.
    package var lag: Int64?
    /// How long the oldest of them has been waiting, in microseconds; `nil` where that is not
    /// known.
    package var waiting: Int64?
    /// Why it cannot be read.
    package var problem: String?
    /// How long unread bytes may wait before the source counts as behind, in microseconds.
    package var patience: Int64

    /// A follower that lives looks at its files all the time: what came just now is not behind.
    private static let patienceWithFollower = 2 * Micros.second

    package var standing: Standing {
        if problem != nil { return .failed }
        guard let lag, let waiting else { return .behind }
        return lag == 0 || waiting < patience ? .read : .behind
    }

    /// Lines a second over the last five minutes.
    package var rate: Double { Double(stored.recentLines) / 300 }

    /// The sources of a store beside their files, in their order.
    ///
    /// `look`: what lies at a path now.
    package static func all(
        of status: StoreStatus,
        now: Timestamp,
        look: (String) -> FileStatus
    ) -> [SourceState] {
        let sources = status.sources
        let isFollowed = status.follower?.isAlive(now: now) == true
        let patience = isFollowed ? patienceWithFollower : 0
        var bySeenAt: [String: [Int]] = [:]
        for (index, source) in sources.enumerated() {
            bySeenAt[source.position.seenAt, default: []].append(index)
        }
        var states = sources.map { SourceState($0, patience: patience) }
        for (path, indices) in bySeenAt where path.hasPrefix("/") {
            let file = look(path)
            if let holder = holder(of: file, indices, sources) {
                states[holder].look(at: file, now: now)
            }
        }
        return states
    }

    /// Which of the sources that were seen at a path is the file there now, or was the last there.
    private static func holder(
        of file: FileStatus,
        _ indices: [Int],
        _ sources: [StoredSource]
    ) -> Int? {
        let matching = indices.filter { sources[$0].position.inode == file.inode }
        return (matching.isEmpty ? indices : matching).max { left, right in
            let (left, right) = (sources[left], sources[right])
            return (left.lastRead, left.position.generation)
                < (right.lastRead, right.position.generation)
        }
    }

    /// A source of which nothing is left to read: standard input, or a file that was replaced.
    private init(_ stored: StoredSource, patience: Int64) {
        self.stored = stored
        self.patience = patience
        size = stored.position.size
        problem = stored.lastError
        lag = 0
        waiting = 0
    }

    private mutating func look(at file: FileStatus, now: Timestamp) {
        let position = stored.position
        guard let fileSize = file.size else { return lookedInVain(file.error) }
        size = fileSize
        if position.inode != 0, position.inode != file.inode {
            lag = size
            problem = problem ?? "another file lies here now, which is not read yet"
        } else if let archiveSize = position.archiveSize {
            lag = max(0, size - archiveSize)
        } else if Self.isArchive(position.seenAt) {
            // How much is in the rest of it only reading can tell.
            lag = nil
        } else if size < position.offset {
            lag = size
            problem = problem ?? "it was truncated since it was read"
        } else {
            lag = size - position.offset
        }
        // Since the follower noticed, else since the file was last written: the oldest byte that is
        // not read is at least as old as the newest one.
        waiting = lag == 0 ? 0 : max(0, now.micros - (stored.behindSince ?? file.written).micros)
    }

    /// Nothing is lost where it had been read to its end; what was left unread of it, is.
    private mutating func lookedInVain(_ code: Int32) {
        let position = stored.position
        let isGone = code == ENOENT || code == ENOTDIR
        if isGone, position.archiveSize != nil || position.size <= position.offset { return }
        lag = nil
        waiting = nil
        let reason =
            isGone ? "it is gone and was not read to its end" : String(cString: strerror(code))
        problem = problem ?? reason
    }

    /// Whether the name is that of an archive; the first bytes of an unreadable file are not known.
    private static func isArchive(_ path: String) -> Bool {
        path.hasSuffix(".gz") || path.hasSuffix(".zst")
    }
}
