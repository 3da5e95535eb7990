import AgentEvents
import Foundation

/// Decides what a file is that nobody is reading: a source that goes on, a new one, or neither.
///
/// Device and inode are a hint, since inodes are used again; the head of the file and the bytes
/// before the offset decide, since logs often begin alike. A file with another inode is a copy or
/// an archive of a source if it holds everything that was read of it, and the source's own file is
/// no longer there: rotation by copying leaves such a copy, compression such an archive. While the
/// own file still stands, a plain look-alike is another file. What fits no source is a new one, and
/// at a path that is known a new generation of it.
struct SourceRecognition {
    enum Answer {
        case source(SourcePosition, SourceFingerprint)
        /// It may be a copy or an archive in the making: look again when something has changed.
        case undecided
        /// An archive of a source that stands: all of it is or will be read there.
        case isKnown
        /// It goes on no source, and nobody asked for it.
        case isNothing
    }

    let registry: SourceRegistry
    /// The sources that are being read, by their files.
    let followed: FollowedFiles
    /// The last bytes of sources that went or were truncated while they were followed.
    var departed: [RecentBytes] = []
    /// Sources that are sure to be found under another of the files at hand.
    var reserved: Set<SourceRegistry.ID> = []

    /// What a file goes on from by its inode: the same file, wherever it lies now.
    ///
    /// Of the generations of one path the newest that fits; of several paths, which two readers have
    /// stored, the one that reaches farthest.
    func continuation(of file: OpenFile, at path: String) throws -> Answer? {
        var farthest: ContentMatch.Match?
        var paths: Set<PathKey> = []
        for source in registry.read(from: file.facts.identity)
        where !isFollowed(source) && !paths.contains(PathKey(source.path)) {
            guard let fingerprint = try fingerprint(of: source, continuedBy: file) else { continue }
            paths.insert(PathKey(source.path))
            if let farthest, farthest.position.offset >= source.offset { continue }
            farthest = .init(position: source, fingerprint: fingerprint)
        }
        return farthest.map { match in
            let isInPlace = match.position.seenAt.isSamePath(as: RealPath.of(path))
            let reason =
                isInPlace ? "same file" : "same file, renamed from \(match.position.seenAt)"
            return answer(match.position, fingerprint: match.fingerprint, at: path, reason: reason)
        }
    }

    /// What a file is that no inode tells.
    ///
    /// `isWanted`: whether it was asked for, so that it may be a new source. `mayWait`: whether to
    /// leave open what the next moments will tell.
    func recognise(
        _ file: OpenFile,
        at path: String,
        isWanted: Bool,
        mayWait: Bool
    ) throws -> Answer {
        let head = try file.head(SourceFingerprint.blockLength)
        if head.isEmpty, mayWait { return .isNothing }  // until it has something
        if mayWait, try isCut(file) { return .undecided }
        let alike = registry.sources(beginningLike: head).filter { $0.offset > 0 }
        let twin = try file.compression == nil ? twinReach(file, beginning: head) : nil
        let isOfStanding =
            try file.compression == nil
            ? twin != nil : isArchiveOfStanding(file, alike, beginning: head)
        if let match = try departedSource(alike, in: file, at: path) {
            let goesOn = match.position.offset != file.facts.size
            // What is all of it the beginning of a standing source is that one's, whoever else
            // begins like it; but a file that was replaced by one that goes on from it is itself,
            // unless more of it was read in the other.
            let isMoreOfTwin =
                twin.map { max($0, file.facts.size) > match.position.offset } ?? false
            let isItself = match.position.path.isSamePath(as: path) && !isMoreOfTwin
            // A copy in the making may be as long at the moment as what was read of a shorter one.
            if mayWait, isMoreOfTwin, !goesOn { return .undecided }
            if !isOfStanding || !goesOn || isItself {
                if goesOn, let answer = try finishedCopy(file, at: path) { return answer }
                if goesOn, !isWanted, try isUnpacked(file, head) { return .isNothing }
                return answer(match, of: file, at: path)
            }
        }
        if mayWait, isOfStanding { return .undecided }
        if let answer = try finishedCopy(file, at: path) { return answer }
        if mayWait, file.compression != nil { return .undecided }
        if isOfStanding, file.compression != nil { return .isKnown }
        guard isWanted else { return .isNothing }
        return new(at: path)
    }

    /// Whether a file is an archive that ends in the middle: it may still be being written.
    private func isCut(_ file: OpenFile) throws -> Bool {
        guard file.compression != nil else { return false }
        return try ContentMatch.find([], in: file, toTheEnd: true).end == .cut
    }

    /// A source whose own file is gone or was truncated, and of which the file holds everything; of
    /// several the one that reaches farthest, then the one with the most similar name.
    private func departedSource(
        _ alike: [SourcePosition],
        in file: OpenFile,
        at path: String
    ) throws -> ContentMatch.Match? {
        let gone = alike.filter { !isFollowed($0) && !stands($0) }
        guard !gone.isEmpty else { return nil }
        func likeness(_ match: ContentMatch.Match) -> (Int64, Int) {
            let source = match.position
            let isSame = source.path.isSamePath(as: path)
            return (
                source.offset, isSame ? .max : source.seenAt.commonPrefix(with: path).utf8.count
            )
        }
        return try ContentMatch.find(gone, in: file).matches.max { likeness($0) < likeness($1) }
    }

    /// Whether all of a plain file was read in an archive.
    private func isUnpacked(_ file: OpenFile, _ head: [UInt8]) throws -> Bool {
        guard file.compression == nil else { return false }
        return try followed.beginning(like: head).contains { try $0.hasUnpacked(all: file) }
    }

    private func answer(
        _ match: ContentMatch.Match,
        of file: OpenFile,
        at path: String
    ) -> Answer {
        var source = match.position
        // What is known of an archive that the source was read from says nothing of this file.
        source.archiveSize = nil
        let kind = file.compression == nil ? "copy" : "archive"
        let reason =
            source.path.isSamePath(as: path)
            ? "same path and content" : "\(kind) of \(source.seenAt)"
        return answer(source, fingerprint: match.fingerprint, at: path, reason: reason)
    }

    /// How far sources are read of which a plain file may become a copy in a moment; `nil` where
    /// there is none.
    private func twinReach(_ file: OpenFile, beginning head: [UInt8]) throws -> Int64? {
        try followed.beginning(like: head).filter { try $0.mayBeCopied(in: file) }
            .map(\.position.offset).max()
    }

    /// Whether an archive holds nothing but what the file of a source holds that still stands.
    private func isArchiveOfStanding(
        _ file: OpenFile,
        _ alike: [SourcePosition],
        beginning head: [UInt8]
    ) throws -> Bool {
        for source in followed.beginning(like: head) where try source.isArchived(in: file) {
            return true
        }
        let standing = alike.filter { !isFollowed($0) && stands($0) }
        return try !ContentMatch.find(standing, in: file).matches.isEmpty
    }

    /// A copy that ends before what was read of its source: it was made before the last lines came,
    /// which were read before the source was truncated.
    private func finishedCopy(_ file: OpenFile, at path: String) throws -> Answer? {
        guard file.compression == nil else { return nil }
        let near = departed.filter { $0.covers(file.facts.size) }
        guard !near.isEmpty else { return nil }
        let content = try ContentMatch.find([], in: file, toTheEnd: true)
        guard
            let trail = near.first(where: {
                $0.fingerprint(at: content.whole.offset) == content.whole
            })
        else { return nil }
        var position = registry.newSource(at: path, isTaken: followed.contains)
        position.seenAt = RealPath.of(path)
        position.identity = "copy of \(trail.path), all of it read there"
        content.whole.mark(&position)
        return .source(position, content.whole)
    }

    private func new(at path: String) -> Answer {
        var position = registry.newSource(at: path, isTaken: followed.contains)
        position.seenAt = RealPath.of(path)
        position.identity = position.generation == 0 ? "new" : "replaced"
        return .source(position, SourceFingerprint())
    }

    private func answer(
        _ source: SourcePosition,
        fingerprint: SourceFingerprint,
        at path: String,
        reason: String
    ) -> Answer {
        var position = source
        position.identity = reason
        position.seenAt = RealPath.of(path)
        return .source(position, fingerprint)
    }

    private func isFollowed(_ source: SourcePosition) -> Bool {
        reserved.contains(source.id) || followed.contains(source.id)
    }

    /// Whether the file that the source was read from is still there with what was read of it.
    private func stands(_ source: SourcePosition) -> Bool {
        // A file that cannot be opened is not there for us.
        guard let file = try? OpenFile(path: source.seenAt), file.facts.identity == source.file
        else { return false }
        // As above.
        return (try? fingerprint(of: source, continuedBy: file)) != nil
    }

    /// The fingerprint at a source's offset, if a file has all of it by head and marker.
    private func fingerprint(
        of source: SourcePosition,
        continuedBy file: OpenFile
    ) throws -> SourceFingerprint? {
        guard file.compression == nil else {
            if let size = source.archiveSize, size == file.facts.size {
                return try finished(source, file)
            }
            return try ContentMatch.find([source], in: file).matches.last?.fingerprint
        }
        guard file.facts.size >= source.offset else { return nil }
        let length = Int64(SourceFingerprint.blockLength)
        let head = try FileFacts.bytes(of: file.descriptor, from: 0, to: source.headLength)
        let recent = try FileFacts.bytes(
            of: file.descriptor,
            from: max(0, source.offset - length),
            to: source.offset
        )
        guard hash(head) == source.headHash, hash(recent) == source.tailHash else { return nil }
        if source.chainHash == 0, source.offset >= length {
            // Written before version 2, without a chain.
            return try ContentMatch.find([source], in: file).matches.last?.fingerprint
        }
        return SourceFingerprint(position: source, recent: recent)
    }

    /// An archive that was read to its end is not unpacked again to see that.
    private func finished(
        _ source: SourcePosition,
        _ file: OpenFile
    ) throws -> SourceFingerprint? {
        let head = try file.head(Int(source.headLength))
        guard hash(head) == source.headHash else { return nil }
        return SourceFingerprint(position: source, recent: [])
    }

    private func hash(_ bytes: [UInt8]) -> Int64 {
        Int64(bitPattern: bytes.withUnsafeBytes { SipHash.hash($0) })
    }
}
