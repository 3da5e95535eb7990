/// A source of lines: what file it is, and how far it has been read.
///
/// A file is known by its content: device and inode are a hint, since inodes are used again; a
/// fingerprint of its head and a marker of what stands before the offset decide.
package struct SourcePosition: Sendable, Equatable {
    /// The path at first sight; sources compare by it.
    ///
    /// `-` for standard input.
    package var path: String
    /// Counts up from 0 when the file behind the path was replaced or truncated; `elsewhere` for a file of another
    /// machine.
    package var generation: Int64 = 0
    package var device: Int64 = 0
    package var inode: Int64 = 0
    /// How many of the first bytes `headHash` covers, at most 4,096.
    package var headLength: Int64 = 0
    package var headHash: Int64 = 0
    /// Hash of the last bytes (at most 4 KiB) before `offset`.
    package var tailHash: Int64 = 0
    /// Chained hash of the whole 4 KiB blocks below `offset`, by which copies are recognised.
    package var chainHash: Int64 = 0
    /// The byte after the last one read; of an archive, after decompression.
    package var offset: Int64 = 0
    /// The file's size when it was last looked at.
    package var size: Int64 = 0
    /// The compressed size of an archive that was read to its end; `nil` for everything else.
    package var archiveSize: Int64?
    /// Where the file lies now, which differs from `path` when it was renamed.
    package var seenAt: String
    /// How the source was recognised, for people.
    package var identity: String = "new"

    package init(path: String) {
        self.path = path
        seenAt = path
    }

    /// The generation of files that another machine reads.
    package static let elsewhere: Int64 = -1

    /// A file that another machine reads.
    package static func elsewhere(_ path: String) -> SourcePosition {
        var position = SourcePosition(path: path)
        position.generation = elsewhere
        position.identity = "read by another machine"
        return position
    }
}
