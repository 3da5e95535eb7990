import AgentEvents

/// How far a source is read, what stands before that, and how much of it the store has.
struct ReadCursor {
    var position: SourcePosition
    /// Of what stands before the offset.
    var fingerprint: SourceFingerprint
    /// No line feed stands between the offset and here.
    var searchedTo: Int64
    /// The offset that was last handed on to be stored.
    private(set) var reportedOffset: Int64
    /// What the store is sure to hold of it, or where it was begun.
    var confirmed: SourcePosition
    /// Where a new source was begun that was not begun at its start.
    private(set) var begun: SourcePosition?

    /// Goes on at a position.
    ///
    /// `storedOffset`: how far the store holds it to be read.
    init(_ position: SourcePosition, _ fingerprint: SourceFingerprint, storedOffset: Int64) {
        self.position = position
        self.fingerprint = fingerprint
        confirmed = position
        searchedTo = position.offset
        reportedOffset = storedOffset
        if storedOffset == 0, position.offset > 0 { begun = position }
    }

    /// Begins a source of which nothing is read.
    init(beginning position: SourcePosition) {
        self.position = position
        confirmed = position
        fingerprint = SourceFingerprint()
        searchedTo = 0
        reportedOffset = 0
    }

    /// Notes what the system says of the file.
    mutating func note(_ facts: FileFacts) {
        position.device = facts.identity.device
        position.inode = facts.identity.inode
        position.size = facts.size
    }

    /// Moves to the end of what was taken; `passed` is the offset to which it was looked for lines.
    mutating func move(to fingerprint: SourceFingerprint, passed: Int64?) {
        self.fingerprint = fingerprint
        fingerprint.mark(&position)
        // What was passed and not taken is looked at again when more has come.
        searchedTo = passed ?? max(searchedTo, fingerprint.offset)
    }

    /// Whether it moved since the last report.
    var hasUnreportedMove: Bool { reportedOffset != position.offset }

    /// What is to be stored with the lines of a turn.
    mutating func takeMove() -> SourceMove {
        defer { reportedOffset = position.offset }
        return SourceMove(startOffset: reportedOffset, position: position)
    }

    /// Takes the offset for the beginning of the source.
    mutating func beginHere() {
        begun = position
        confirmed = position
    }

    /// Goes on at the same offset as another source, of which nothing is stored.
    mutating func goOn(as position: SourcePosition) {
        self.position = position
        fingerprint.mark(&self.position)
        beginHere()
        reportedOffset = 0
    }

    /// Goes on behind content that was read before, which is stored.
    mutating func resume(_ fingerprint: SourceFingerprint) {
        self.fingerprint = fingerprint
        searchedTo = position.offset
        reportedOffset = position.offset
    }

    /// Goes back to what the store holds of it; where that is nothing, to where it was begun.
    mutating func rewind(to stored: SourcePosition?) {
        position = stored ?? begun ?? SourcePosition(beginning: position)
    }

    /// Goes on behind these bytes where they are what stands before the position.
    ///
    /// `isArchive`: whether that can only be known by reading the archive again.
    mutating func goOn(behind recent: [UInt8], isArchive: Bool, reportedOffset: Int64) -> Bool {
        let found =
            position.offset == 0
            ? SourceFingerprint() : SourceFingerprint(position: position, recent: recent)
        guard isArchive || found.isAt(position) else { return false }
        fingerprint = found
        searchedTo = position.offset
        self.reportedOffset = reportedOffset
        return true
    }
}

extension SourcePosition {
    /// The same source before anything was read of it.
    fileprivate init(beginning position: SourcePosition) {
        self = position
        offset = 0
        archiveSize = nil
        headLength = 0
        chainHash = 0
    }
}
