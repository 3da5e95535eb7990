import AgentEvents

/// What is remembered of a source's content, by which copies of it are known.
struct CopyDetector {
    /// What its content began with when it was found.
    private(set) var prefixes: [ContentPrefix]
    private var prefixesSeenIn: FileFacts
    /// The first bytes that were read of a plain file.
    private(set) var head: [UInt8] = []
    /// What was read last.
    private(set) var recent: RecentBytes

    init(_ file: OpenFile, _ cursor: ReadCursor) throws {
        prefixes = ContentPrefix.all(of: try file.head(ContentPrefix.length))
        prefixesSeenIn = file.facts
        recent = RecentBytes(path: cursor.position.seenAt)
        recent.begin(at: cursor.fingerprint)
        try keepHead(of: file, to: cursor.position.offset)
    }

    /// Whether the file has changed since it was seen what it begins with.
    func isStale(_ facts: FileFacts) -> Bool { prefixesSeenIn != facts }

    /// Takes the file for one that may begin with anything, as long as it was not looked at.
    mutating func forgetPrefixes() { prefixes = [.short] }

    /// Looks at what the file begins with.
    mutating func refresh(_ file: OpenFile, _ facts: FileFacts) throws {
        prefixes = ContentPrefix.all(of: try file.head(ContentPrefix.length))
        prefixesSeenIn = facts
    }

    /// Forgets everything, since another source begins in the file.
    mutating func restart(_ cursor: ReadCursor) {
        forgetPrefixes()
        head = []
        forgetRecent(cursor)
    }

    /// Forgets what was read last: what comes is not read behind it, or was taken in vain.
    mutating func forgetRecent(_ cursor: ReadCursor) {
        recent = RecentBytes(path: cursor.position.seenAt)
    }

    /// Begins what was read last anew, behind the cursor.
    mutating func begin(at cursor: ReadCursor) { recent.begin(at: cursor.fingerprint) }

    /// Forgets what was read of a file that is quiet.
    mutating func rest(at cursor: ReadCursor) { if recent.end > recent.start { begin(at: cursor) } }

    /// Keeps the first bytes of a plain file up to an offset.
    mutating func keepHead(of file: OpenFile, to offset: Int64) throws {
        let wanted = min(offset, Int64(EarlierContent.headLength))
        guard file.compression == nil, head.count < wanted else { return }
        head = try FileFacts.bytes(of: file.descriptor, from: 0, to: wanted)
    }

    /// Remembers the last of what a turn read of a plain file, up to an offset.
    mutating func note(
        _ lines: LineBuffer,
        to offset: Int64,
        of file: OpenFile,
        from cursor: ReadCursor
    ) {
        guard file.compression == nil else { return }
        // Without it, content that is written again is read again.
        try? keepHead(of: file, to: offset)
        recent.path = cursor.position.seenAt
        var start = recent.end
        if start > offset || offset - start > 4 * Int64(RecentBytes.length) {
            let last = offset - Int64(RecentBytes.length)
            start = max(cursor.position.offset, lines.firstKept, last)
            guard start <= offset else { return recent.begin(at: lines.fingerprint(at: offset)) }
            recent.begin(at: lines.fingerprint(at: start))
        }
        // Without them a copy may not be known as one, which needs a truncation besides.
        guard let bytes = try? FileFacts.bytes(of: file.descriptor, from: start, to: offset),
            bytes.count == offset - start
        else { return recent.begin(at: lines.fingerprint(at: offset)) }
        recent.append(bytes)
    }
}
