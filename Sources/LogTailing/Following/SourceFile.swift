package import AgentEvents
import Foundation

/// One source: its file, how far it is read, and what it is recognised by.
///
/// Reading goes in turns: `begin`, lines out of `lines`, `finish`. Before a turn the bytes before
/// the offset are held against the file, and during it by `VerifiedReader`, so that what is read
/// never spans a truncation.
package final class SourceFile: LineSource {
    /// What reading is at.
    private enum State {
        case idle
        /// Lines of the turn that is under way; of an archive also between turns.
        case reading(LineBuffer)
        /// A damaged archive, which is not tried again before it changes.
        case stuck(at: FileFacts)
    }

    private var state = State.idle
    private var cursor: ReadCursor
    private var watched: WatchedFile
    private var copies: CopyDetector
    /// What was read of the file before it was truncated, as long as that may be written again.
    var earlier: EarlierContent?
    /// Why it cannot be read at the moment.
    var problem: String?
    /// Whether nothing will be appended any more, so that a last line counts as it is.
    package private(set) var isFinal: Bool
    /// The path at which it was found last; `seenAt` is where that leads to.
    var foundAt: String
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
        watched = WatchedFile(file)
        cursor = ReadCursor(position, fingerprint, storedOffset: storedOffset)
        copies = try CopyDetector(file, cursor)
        isFinal = file.compression != nil
        foundAt = position.path
        changedAt = now
        cursor.note(facts)
    }

    package internal(set) var position: SourcePosition {
        get { cursor.position }
        set { cursor.position = newValue }
    }

    package var lines: LineBuffer? { if case .reading(let lines) = state { lines } else { nil } }
    /// What the store is sure to hold of it, or where it was begun.
    var confirmed: SourcePosition { cursor.confirmed }
    var file: OpenFile? { watched.file }
    var facts: FileFacts { watched.facts }
    var compression: Compression? { watched.compression }
    var isOpen: Bool { file != nil }
    package var identity: FileIdentity { facts.identity }

    /// Whether bytes stand behind the offset in which a line may end, or a last line is final.
    var hasUnread: Bool {
        if compression != nil { return position.archiveSize != facts.size }
        return facts.size > (isFinal ? position.offset : max(position.offset, cursor.searchedTo))
    }

    /// Whether trying again is of no use.
    var isStuck: Bool { if case .stuck(let stuckAt) = state { stuckAt == facts } else { false } }

    /// Notes that it could not be read: a damaged archive is tried again when it has changed,
    /// anything else soon, since what the system refuses now it may give later, under another path
    /// perhaps.
    func getStuck(by error: any Error) {
        let isDamaged = compression != nil && !(error is ReadError)
        state = isDamaged ? .stuck(at: facts) : .idle
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
    /// Asks the system about the file.
    func look(at now: Timestamp) throws -> WatchedFile.Look {
        let look = try watched.look(at: position.seenAt)
        guard case .changed = look else { return look }
        changedAt = now
        cursor.note(facts)
        return look
    }

    /// Whether the file still has before the offset what was read of it.
    ///
    /// - Throws: `ReadError` where it cannot be opened.
    func isIntact() throws -> Bool { try watched.isIntact(cursor) }

    /// Whether an open file is what was read of this one, as far as that goes.
    func isHeld(by file: OpenFile) throws -> Bool { try file.holds(cursor) }

    func opened() throws -> OpenFile { try watched.opened(at: position.seenAt) }
}

// MARK: - Reading

extension SourceFile {
    /// Makes lines from the offset on ready, or none where there are none.
    ///
    /// `takesPartial`: also where no line ends there. False where the file is not the one that was
    /// read: it was truncated.
    func begin(takesPartial: Bool = false) throws -> Bool {
        if lines != nil { return true }
        let file = try watched.openedNow(at: position.seenAt)
        cursor.note(facts)
        guard try position.offset == 0 || isIntact() else { return false }
        if !isFinal, !takesPartial, try !findsLineFeed(in: file) { return true }
        state = .reading(try lines(of: file))
        return true
    }

    /// Passes over a line end that was not there when the line before it was taken.
    private func lines(of file: OpenFile) throws -> LineBuffer {
        let reader: any ByteReader
        if compression == nil {
            reader = VerifiedReader(descriptor: file.descriptor, after: cursor.fingerprint)
        } else {
            reader = file.reader(from: 0)
            if position.offset > 0 { try passRead(reader) }
        }
        let lines = LineBuffer(reader: reader, fingerprint: cursor.fingerprint)
        if position.offset > 0, cursor.fingerprint.recent.last != UInt8(ascii: "\n") {
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
        cursor.fingerprint = passed
    }

    /// Searches what was appended for the end of a line, so that a long line that is being written
    /// is read once and not at every look.
    private func findsLineFeed(in file: OpenFile) throws -> Bool {
        cursor.searchedTo = max(cursor.searchedTo, position.offset)
        while cursor.searchedTo < facts.size {
            let end = min(facts.size, cursor.searchedTo + (256 << 10))
            let bytes = try FileFacts.bytes(of: file.descriptor, from: cursor.searchedTo, to: end)
            if bytes.contains(UInt8(ascii: "\n")) { return true }
            guard !bytes.isEmpty else { return false }
            cursor.searchedTo += Int64(bytes.count)
        }
        return false
    }

    /// Moves behind the last line that was taken.
    ///
    /// `isAtEnd`: whether there was no more to take. False where no turn is under way.
    func finish(at offset: Int64, isAtEnd: Bool) -> Bool {
        guard let lines else { return false }
        if compression == nil || isAtEnd || lines.offset != offset { state = .idle }
        if let file { copies.note(lines, to: offset, of: file, from: cursor) }
        cursor.move(to: lines.fingerprint(at: offset), passed: isAtEnd ? lines.offset : nil)
        if isAtEnd {
            isCaughtUp = true
            if compression != nil { position.archiveSize = facts.size }
        }
        return true
    }

    /// Whether it went forward without lines to take, as `skipToEnd` does.
    var hasUnreportedMove: Bool { lines == nil && cursor.hasUnreportedMove }

    /// What is to be stored with the lines of a turn.
    func takeMove() -> SourceMove { cursor.takeMove() }

    /// Goes behind the last whole line, hashing what it passes, so that copies are recognised.
    func skipToEnd() throws {
        guard try begin(), let lines else { return }
        var end = position.offset
        while let line = try lines.next(), line.isTerminated || isFinal { end = line.end }
        guard finish(at: end, isAtEnd: true) else { return }
        position.identity = "new, from its end"
        cursor.beginHere()
    }

    /// Begins anew as another source in the same file, which was truncated.
    func restart(as position: SourcePosition) {
        earlier = nil
        cursor = ReadCursor(beginning: position)
        copies.restart(cursor)
        state = .idle
        isCaughtUp = false
        isFinal = compression != nil
        watched.forgetVerification()
        behindSince = nil
        cursor.note(facts)
    }

    /// Goes on as the source that it was before it was truncated and written again.
    func resume(as match: ContentMatch.Match) throws {
        let seenAt = position.seenAt
        restart(as: match.position)
        position.seenAt = seenAt
        position.identity = "the same content, written again"
        cursor.resume(match.fingerprint)
        copies.begin(at: cursor)
        cursor.note(facts)
        try copies.keepHead(of: opened(), to: position.offset)
    }

    /// Notes that the store holds it up to here.
    func confirm(_ position: SourcePosition) { cursor.confirmed = position }

    /// Goes on as another source behind what is stored of it, where it still holds that.
    func separate(as position: SourcePosition) -> Bool {
        guard rewind(to: confirmed) else { return false }
        cursor.goOn(as: position)
        copies.begin(at: cursor)
        cursor.note(facts)
        return true
    }

    /// Goes back to what the store holds of it; where that is nothing, to where it was begun.
    ///
    /// False where the file does not hold what was read up to there.
    func rewind(to stored: SourcePosition?) -> Bool {
        if lines != nil { state = .idle }
        let path = position.seenAt
        // A file that cannot be read now is given up, and recognised when it can be.
        let file = try? opened()
        // A row of which nothing is read says only that its file was seen.
        let stored = stored.flatMap { $0.offset > 0 ? $0 : nil }
        cursor.rewind(to: stored)
        if position.file == identity || stored == nil { position.seenAt = path }
        let start = max(0, position.offset - Int64(SourceFingerprint.blockLength))
        // What was taken in vain was not read.
        if copies.recent.end != position.offset { copies.forgetRecent(cursor) }
        guard let file else { return false }
        // Bytes that cannot be read now are no reason to go on; the file is recognised later.
        let recent = try? FileFacts.bytes(of: file.descriptor, from: start, to: position.offset)
        guard let recent else { return false }
        guard goOn(behind: recent, reportedOffset: stored?.offset ?? 0)  // nothing is stored
        else { return false }
        position.seenAt = path  // a copy of what another reader read
        cursor.confirmed = position
        return true
    }

    /// `recent`: what stands before the position.
    private func goOn(behind recent: [UInt8], reportedOffset: Int64) -> Bool {
        let isArchive = compression != nil
        guard
            cursor.goOn(behind: recent, isArchive: isArchive, reportedOffset: reportedOffset)
        else { return false }
        if copies.recent.end != position.offset { copies.begin(at: cursor) }
        state = .idle
        watched.forgetVerification()
        cursor.note(facts)
        return true
    }

    /// Closes the file; it is opened again when there is something to read.
    func close() {
        if lines != nil { state = .idle }
        watched.close()
    }
}

// MARK: - Copies

extension SourceFile {
    /// What its content began with when it was found.
    var prefixes: [ContentPrefix] { copies.prefixes }
    /// What was read last.
    var recent: RecentBytes { copies.recent }

    /// Whether so little is read of it that what it begins with may change unnoticed.
    var isTooShortToTell: Bool { position.offset < ContentPrefix.length }

    /// Whether it has changed since it was seen what it begins with.
    var hasStalePrefixes: Bool { copies.isStale(facts) }

    /// Looks at what it begins with.
    func refreshPrefixes() throws {
        copies.forgetPrefixes()
        try copies.refresh(opened(), facts)
    }

    /// Forgets what was read of a file that is quiet.
    func forgetRecent() { copies.rest(at: cursor) }

    /// What was read of the file so far; `nil` where that is too little to be known again.
    var content: EarlierContent? {
        guard compression == nil else { return nil }
        return EarlierContent(position: position, head: copies.head)
    }
}
