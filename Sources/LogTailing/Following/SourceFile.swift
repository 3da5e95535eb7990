package import AgentEvents
import Foundation

/// One source: its file, how far it is read, and what it is recognised by.
///
/// Reading goes in turns: `begin`, lines out of `lines`, `finish`. Before a turn the bytes before
/// the offset are held against the file, and during it by `VerifiedReader`, so that what is read
/// never spans a truncation.
package final class SourceFile: LineSource {
    package internal(set) var position: SourcePosition
    private var fingerprint: SourceFingerprint
    private(set) var file: OpenFile?
    /// The facts of the file at the last poll.
    private(set) var facts: FileFacts
    /// What its content began with when it was found.
    private(set) var leads: [ContentPrefix]
    private var leadsSeenIn: FileFacts?
    /// The first bytes that were read of a plain file.
    private var head: [UInt8] = []
    /// What was read of the file before it was truncated, as long as that may be written again.
    var earlier: EarlierContent?
    let compression: Compression?
    /// Lines of the turn that is under way; of an archive also between turns.
    package private(set) var lines: LineBuffer?
    /// Why it cannot be read at the moment.
    var problem: String?
    /// No line feed stands between the offset and here.
    private var searchedTo: Int64 = 0
    /// Whether nothing will be appended any more, so that a last line counts as it is.
    package private(set) var isFinal: Bool
    /// The path at which it was found last; `seenAt` is where that leads to.
    var foundAt: String
    /// The offset that was last handed on to be stored.
    private var reportedOffset: Int64
    /// What the store is sure to hold of it, or where it was begun.
    private(set) var confirmed: SourcePosition
    /// Where a new source was begun that was not begun at its start.
    private var begun: SourcePosition?
    /// What was read last.
    private(set) var trail: RecentBytes
    /// The file as it was when it was last held against what was read of it.
    private var intact: FileFacts?
    /// An archive is not tried again before it changes.
    private var stuckAt: FileFacts?
    /// What was told of it last.
    var reported: SourceCondition?
    /// When its file last grew or changed.
    var changedAt: Timestamp
    /// Whether a follower had read all of it before, so that what comes now is new.
    package private(set) var isCaughtUp = false
    /// Since when it has bytes that are not read, as far as that goes on.
    var behindSince: Timestamp?

    /// `storedOffset`: how far the store holds it to be read.
    init(
        _ file: OpenFile,
        position: SourcePosition,
        fingerprint: SourceFingerprint,
        storedOffset: Int64,
        now: Timestamp
    ) throws {
        self.file = file
        self.position = position
        confirmed = position
        self.fingerprint = fingerprint
        isFinal = file.compression != nil
        foundAt = position.path
        reportedOffset = storedOffset
        if storedOffset == 0, position.offset > 0 { begun = position }
        trail = RecentBytes(path: position.seenAt)
        trail.begin(at: fingerprint)
        facts = file.facts
        compression = file.compression
        changedAt = now
        searchedTo = position.offset
        leads = ContentPrefix.all(of: try file.head(ContentPrefix.length))
        leadsSeenIn = facts
        noteFacts()
        try keepHead(of: file, to: position.offset)
    }

    var isOpen: Bool { file != nil }
    package var identity: FileIdentity { facts.identity }

    /// Whether bytes stand behind the offset in which a line may end, or a last line is final.
    var hasUnread: Bool {
        if compression != nil { return position.archiveSize != facts.size }
        return facts.size > (isFinal ? position.offset : max(position.offset, searchedTo))
    }

    /// Whether trying again is of no use.
    var isStuck: Bool { stuckAt == facts }

    /// Notes that it could not be read: a damaged archive is tried again when it has changed,
    /// anything else soon, since what the system refuses now it may give later, under another path
    /// perhaps.
    func getStuck(by error: any Error) {
        lines = nil
        if compression != nil, !(error is ReadError) { stuckAt = facts }
    }

    /// Says that nothing will be appended any more.
    func becomeFinal() { isFinal = true }

    /// Takes that back, since something was.
    func mayGrow() { isFinal = compression != nil }

    /// Whether it lies where rotation puts the file of its source: under a name that begins alike.
    ///
    /// A file that was renamed to a name of its own may be another program's log from then on.
    var hasNameOfRotation: Bool {
        let name = PathPattern.name(of: position.path)
        let stem = name.split(separator: ".").first.map(String.init) ?? name  // all dots
        let latest = PathPattern.name(of: position.seenAt)
        return !position.seenAt.isSamePath(as: position.path) && latest.hasPrefix(stem)
            && latest.utf8.count >= name.utf8.count  // a shorter name is that of a live log
    }

    /// Whether it was renamed as editors name backups: by adding something without a digit, as in
    /// `a.jsonl~`.
    ///
    /// Rotation counts or dates.
    var hasNameOfBackup: Bool {
        let (name, latest) = (
            PathPattern.name(of: position.path), PathPattern.name(of: position.seenAt)
        )
        return latest != name && latest.hasPrefix(name)
            && !latest.dropFirst(name.count).contains(where: \.isNumber)
    }

    /// Whether bytes stand behind the offset, though perhaps no whole line.
    var hasRemainder: Bool { compression == nil && facts.size > position.offset }

    /// Notes that another file stands at its path, whatever its own file is called now.
    func leaveName() { position.seenAt = position.path }

    /// Notes that it was renamed.
    func move(to path: String) {
        position.identity = "same file, renamed from \(foundAt)"
        foundAt = path
        position.seenAt = RealPath.of(path)
    }
}

// MARK: - Looking

extension SourceFile {
    /// What a look at the file found.
    enum Look {
        case same
        case changed
        /// Another file, or none, lies where this one was, and it is not open.
        case lost
    }

    /// Asks the system about the file.
    func look(at now: Timestamp) throws -> Look {
        let latest: FileFacts
        if let file {
            latest = try FileFacts(descriptor: file.descriptor)
        } else {
            do {
                latest = try FileFacts(path: position.seenAt)
            } catch let error as ReadError where error.code == ENOENT || error.code == ENOTDIR {
                return .lost
            }
            guard latest.identity == facts.identity else { return .lost }
        }
        guard latest != facts else { return .same }
        let hasChanged = latest.size != facts.size || latest.changed != facts.changed
        facts = latest
        guard hasChanged else { return .same }
        changedAt = now
        noteFacts()
        return .changed
    }

    /// Whether the file still has before the offset what was read of it, by its head and the
    /// marker.
    ///
    /// - Throws: `ReadError` where it cannot be opened.
    func isIntact() throws -> Bool {
        guard compression == nil else { return true }
        guard facts.size >= position.offset else { return false }
        guard intact != facts else { return true }
        let file = try opened()
        guard try holdsWhatWasRead(file) else { return false }
        intact = facts
        return true
    }

    func holdsWhatWasRead(_ file: OpenFile) throws -> Bool {
        guard position.offset > 0 else { return true }
        let head = try FileFacts.bytes(of: file.descriptor, from: 0, to: position.headLength)
        let start = fingerprint.offset - Int64(fingerprint.recent.count)
        return try head.withUnsafeBytes { Int64(bitPattern: SipHash.hash($0)) } == position.headHash
            && FileFacts.bytes(of: file.descriptor, from: start, to: fingerprint.offset)
                == fingerprint.recent
    }

    private func noteFacts() {
        position.device = facts.identity.device
        position.inode = facts.identity.inode
        position.size = facts.size
    }

    func opened() throws -> OpenFile {
        if let file { return file }
        let file = try OpenFile(path: position.seenAt)
        guard file.facts.identity == facts.identity else { throw ReadError(code: ENOENT) }
        self.file = file
        return file
    }
}

// MARK: - Reading

extension SourceFile {
    /// Makes lines from the offset on ready, or none where there are none.
    ///
    /// `takesPartial`: also where no line ends there. False where the file is not the one that was
    /// read: it was truncated.
    func begin(takesPartial: Bool = false) throws -> Bool {
        if lines != nil { return true }
        let file = try opened()
        facts = try FileFacts(descriptor: file.descriptor)
        noteFacts()
        guard try position.offset == 0 || isIntact() else { return false }
        if !isFinal, !takesPartial, try !findsLineFeed(in: file) { return true }
        lines = try lines(of: file)
        return true
    }

    /// Passes over a line end that was not there when the line before it was taken.
    private func lines(of file: OpenFile) throws -> LineBuffer {
        let reader: any ByteReader
        if compression == nil {
            reader = VerifiedReader(descriptor: file.descriptor, after: fingerprint)
        } else {
            reader = file.reader(from: 0)
            if position.offset > 0 { try passRead(reader) }
        }
        let lines = LineBuffer(reader: reader, fingerprint: fingerprint)
        if position.offset > 0, fingerprint.recent.last != UInt8(ascii: "\n") {
            try lines.skipLineEnd()
        }
        return lines
    }

    /// Reads past what was read of an archive before.
    private func passRead(_ reader: any ByteReader) throws {
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        var passed = SourceFingerprint()
        while passed.offset < position.offset {
            let wanted = Int(min(position.offset - passed.offset, Int64(buffer.count)))
            let count = try buffer.withUnsafeMutableBytes {
                try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<wanted]))
            }
            guard count > 0 else { throw SourceProblem.changed }
            buffer.withUnsafeBytes {
                passed.append(UnsafeRawBufferPointer(rebasing: $0[..<count]))
            }
        }
        guard passed.isAt(position) else { throw SourceProblem.changed }
        fingerprint = passed
    }

    /// Searches what was appended for the end of a line, so that a long line that is being written
    /// is read once and not at every look.
    private func findsLineFeed(in file: OpenFile) throws -> Bool {
        searchedTo = max(searchedTo, position.offset)
        while searchedTo < facts.size {
            let end = min(facts.size, searchedTo + (256 << 10))
            let bytes = try FileFacts.bytes(of: file.descriptor, from: searchedTo, to: end)
            if bytes.contains(UInt8(ascii: "\n")) { return true }
            guard !bytes.isEmpty else { return false }
            searchedTo += Int64(bytes.count)
        }
        return false
    }

    /// Moves behind the last line that was taken.
    ///
    /// `isAtEnd`: whether there was no more to take. False where no turn is under way.
    func finish(at offset: Int64, isAtEnd: Bool) -> Bool {
        guard let lines else { return false }
        if compression == nil || isAtEnd || lines.offset != offset { self.lines = nil }
        leaveTrail(lines, to: offset)
        fingerprint = lines.fingerprint(at: offset)
        fingerprint.mark(&position)
        // What was passed and not taken is looked at again when more has come.
        searchedTo = isAtEnd ? lines.offset : max(searchedTo, offset)
        if isAtEnd {
            isCaughtUp = true
            if compression != nil { position.archiveSize = facts.size }
        }
        return true
    }

    private func keepHead(of file: OpenFile, to offset: Int64) throws {
        let wanted = min(offset, Int64(EarlierContent.headLength))
        guard compression == nil, head.count < wanted else { return }
        head = try FileFacts.bytes(of: file.descriptor, from: 0, to: wanted)
    }

    /// Remembers the last of what a turn read of a plain file.
    private func leaveTrail(_ lines: LineBuffer, to offset: Int64) {
        guard compression == nil, let file else { return }
        // Without it, content that is written again is read again.
        try? keepHead(of: file, to: offset)
        trail.path = position.seenAt
        var start = trail.end
        if start > offset || offset - start > 4 * Int64(RecentBytes.length) {
            start = max(position.offset, lines.firstKept, offset - Int64(RecentBytes.length))
            guard start <= offset else { return trail.begin(at: lines.fingerprint(at: offset)) }
            trail.begin(at: lines.fingerprint(at: start))
        }
        // Without them a copy may not be known as one, which needs a truncation besides.
        guard let bytes = try? FileFacts.bytes(of: file.descriptor, from: start, to: offset),
            bytes.count == offset - start
        else { return trail.begin(at: lines.fingerprint(at: offset)) }
        trail.append(bytes)
    }

    /// Whether so little is read of it that what it begins with may change unnoticed.
    var isTooShortToTell: Bool { position.offset < ContentPrefix.length }

    /// Whether it has changed since it was seen what it begins with.
    var hasStaleLeads: Bool { leadsSeenIn != facts }

    /// Looks at what it begins with.
    func refreshLeads() throws {
        leads = [.short]
        let file = try opened()
        leads = ContentPrefix.all(of: try file.head(ContentPrefix.length))
        leadsSeenIn = facts
    }

    /// Forgets what was read of a file that is quiet.
    func forgetTrail() { if trail.end > trail.start { trail.begin(at: fingerprint) } }

    /// Whether it went forward without lines to take, as `skipToEnd` does.
    var hasUnreportedMove: Bool { lines == nil && reportedOffset != position.offset }

    /// What is to be stored with the lines of a turn.
    func takeMove() -> SourceMove {
        defer { reportedOffset = position.offset }
        return SourceMove(startOffset: reportedOffset, position: position)
    }

    /// Goes behind the last whole line, hashing what it passes, so that copies are recognised.
    func skipToEnd() throws {
        guard try begin(), let lines else { return }
        var end = position.offset
        while let line = try lines.next(), line.isTerminated || isFinal { end = line.end }
        guard finish(at: end, isAtEnd: true) else { return }
        position.identity = "new, from its end"
        begun = position
        confirmed = position
    }

    /// Begins anew as another source in the same file, which was truncated.
    func restart(as position: SourcePosition) {
        earlier = nil
        head = []
        self.position = position
        confirmed = position
        fingerprint = SourceFingerprint()
        lines = nil
        searchedTo = 0
        reportedOffset = 0
        begun = nil
        isCaughtUp = false
        trail = RecentBytes(path: position.seenAt)
        isFinal = compression != nil
        stuckAt = nil
        intact = nil
        behindSince = nil
        leads = [.short]
        noteFacts()
    }

    /// What was read of the file so far; `nil` where that is too little to be known again.
    var content: EarlierContent? {
        guard compression == nil else { return nil }
        return EarlierContent(position: position, head: head)
    }

    /// Goes on as the source that it was before it was truncated and written again.
    func resume(as match: ContentMatch.Match) throws {
        let seenAt = position.seenAt
        restart(as: match.position)
        position.seenAt = seenAt
        position.identity = "the same content, written again"
        fingerprint = match.fingerprint
        searchedTo = position.offset
        reportedOffset = position.offset
        trail.begin(at: fingerprint)
        noteFacts()
        try keepHead(of: opened(), to: position.offset)
    }

    /// Notes that the store holds it up to here.
    func confirm(_ position: SourcePosition) { confirmed = position }

    /// Goes on as another source behind what is stored of it, where it still holds that.
    func separate(as position: SourcePosition) -> Bool {
        guard rewind(to: confirmed) else { return false }
        self.position = position
        fingerprint.mark(&self.position)
        begun = self.position
        confirmed = self.position
        lines = nil
        reportedOffset = 0
        trail.begin(at: fingerprint)
        noteFacts()
        return true
    }

    /// Goes back to what the store holds of it; where that is nothing, to where it was begun.
    ///
    /// False where the file does not hold what was read up to there.
    func rewind(to stored: SourcePosition?) -> Bool {
        lines = nil
        let path = position.seenAt
        // A file that cannot be read now is given up, and recognised when it can be.
        let file = try? opened()
        // A row of which nothing is read says only that its file was seen.
        let stored = stored.flatMap { $0.offset > 0 ? $0 : nil }
        position = stored ?? begun ?? .init(beginning: position)
        if position.file == identity || stored == nil { position.seenAt = path }
        let start = max(0, position.offset - Int64(SourceFingerprint.blockLength))
        // What was taken in vain was not read.
        if trail.end != position.offset { trail = RecentBytes(path: path) }
        guard let file else { return false }
        // Bytes that cannot be read now are no reason to go on; the file is recognised later.
        let recent = try? FileFacts.bytes(of: file.descriptor, from: start, to: position.offset)
        guard let recent else { return false }
        guard goOn(behind: recent, reportedOffset: stored?.offset ?? 0)  // nothing is stored
        else { return false }
        position.seenAt = path  // a copy of what another reader read
        confirmed = position
        return true
    }

    /// `recent`: what stands before the position.
    private func goOn(behind recent: [UInt8], reportedOffset: Int64) -> Bool {
        let found =
            position.offset == 0
            ? SourceFingerprint() : SourceFingerprint(position: position, recent: recent)
        guard compression != nil || found.isAt(position) else { return false }
        fingerprint = found
        searchedTo = position.offset
        self.reportedOffset = reportedOffset
        if trail.end != position.offset { trail.begin(at: found) }
        stuckAt = nil
        intact = nil
        noteFacts()
        return true
    }

    /// Closes the file; it is opened again when there is something to read.
    func close() {
        lines = nil
        file = nil
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
