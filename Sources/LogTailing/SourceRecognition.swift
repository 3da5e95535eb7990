import AgentEvents
import Foundation

/// Decides what a file is that nobody is reading: a source that goes on, a new one, or neither.
///
/// Device and inode are a hint, since inodes are used again; the head of the file and the bytes
/// before the offset decide, since logs often begin alike. A file with another inode is a copy or an
/// archive of a source if it holds everything that was read of it, and the source's own file is no
/// longer there: rotation by copying leaves such a copy, compression such an archive. While the own
/// file still stands, a plain look-alike is another file. What fits no source is a new one, and at a
/// path that is known a new generation of it.
struct SourceRecognition {
    enum Answer {
        case source(SourcePosition, SourceFingerprint, isCopy: Bool)
        /// It may be a copy or an archive in the making: look again when something has changed.
        ///
        /// `of`: the source that it is, as far as it goes, the beginning of.
        case undecided(of: SourceRegistry.ID?)
        /// An archive of a source that stands: all of it is or will be read there.
        case isKnown
        /// It goes on no source, and nobody asked for it.
        case isNothing
    }

    let registry: SourceRegistry
    /// The sources that are being read, by their files.
    let followed: FollowedFiles
    /// Sources that are sure to be found under another of the files at hand.
    var reserved: Set<SourceRegistry.ID> = []

    /// What a file goes on from by its inode: the same file, wherever it lies now.
    func continuation(of file: OpenFile, at path: String) throws -> Answer? {
        for source in registry.read(from: file.facts.identity) where !isFollowed(source) {
            guard let fingerprint = try fingerprint(of: source, continuedBy: file) else { continue }
            return answer(
                source,
                fingerprint,
                at: path,
                source.seenAt == RealPath.of(path)
                    ? "same file" : "same file, renamed from \(source.seenAt)"
            )
        }
        return nil
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
        if file.compression == nil, let answer = try sameContent(as: file, at: path) {
            return answer
        }
        let head = try file.head(SourceFingerprint.blockLength)
        if head.isEmpty, mayWait { return .isNothing }  // until it has something
        let alike = registry.sources(beginningLike: head).filter { $0.offset > 0 }
        if let answer = try departed(alike, in: file, at: path) { return answer }
        if file.compression == nil {
            if mayWait, let twin = try twin(of: file) { return .undecided(of: twin) }
        } else if try isArchiveOfStanding(file, alike) {
            return mayWait ? .undecided(of: nil) : .isKnown
        }
        guard isWanted else { return .isNothing }
        return new(at: path)
    }

    /// A source of the same path that was replaced by a file that begins with all of it.
    private func sameContent(as file: OpenFile, at path: String) throws -> Answer? {
        for source in registry.sources(at: path)
        where source.offset > 0 && !isFollowed(source) && source.archiveSize == nil {
            guard let fingerprint = try fingerprint(of: source, continuedBy: file) else { continue }
            return answer(source, fingerprint, at: path, "same path and content")
        }
        return nil
    }

    /// A source whose own file is gone or was truncated, and of which the file holds everything.
    private func departed(
        _ alike: [SourcePosition],
        in file: OpenFile,
        at path: String
    ) throws -> Answer? {
        let gone = alike.filter { !isFollowed($0) && !stands($0) }
        guard !gone.isEmpty else { return nil }
        guard let match = try ContentMatch.find(gone, in: file).matches.last else { return nil }
        let kind = file.compression == nil ? "copy" : "archive"
        return answer(
            match.position,
            match.fingerprint,
            at: path,
            "\(kind) of \(match.position.seenAt)",
            isCopy: true
        )
    }

    /// The source that is being read which a plain file may become a copy of in a moment.
    private func twin(of file: OpenFile) throws -> SourceRegistry.ID? {
        let lead = ContentLead(try file.head(ContentLead.length))
        return try followed.beginning(like: lead).first { try $0.mayBeCopied(in: file) }?.position.id
    }

    /// Whether an archive holds nothing but what the file of a source holds that still stands.
    private func isArchiveOfStanding(_ file: OpenFile, _ alike: [SourcePosition]) throws -> Bool {
        let lead = ContentLead(try file.head(ContentLead.length))
        for source in followed.beginning(like: lead) where try source.isArchived(in: file) {
            return true
        }
        let standing = alike.filter { !isFollowed($0) && stands($0) }
        return try !ContentMatch.find(standing, in: file).matches.isEmpty
    }

    /// What a file is that was the beginning of a source whose file has gone since: a copy that all
    /// of was read.
    func finishedCopy(_ file: OpenFile, of source: SourceRegistry.ID, at path: String) throws -> Answer? {
        guard let original = registry.positions[source], !isFollowed(original), !stands(original),
            original.offset >= file.facts.size
        else { return nil }
        let content = try ContentMatch.find([], in: file, toTheEnd: true)
        var position = registry.newSource(at: path)
        position.seenAt = RealPath.of(path)
        position.identity = "copy of \(original.seenAt), all of it read there"
        content.whole.mark(&position)
        return .source(position, content.whole, isCopy: true)
    }

    private func new(at path: String) -> Answer {
        var position = registry.newSource(at: path)
        position.seenAt = RealPath.of(path)
        position.identity = position.generation == 0 ? "new" : "replaced"
        return .source(position, SourceFingerprint(), isCopy: false)
    }

    private func answer(
        _ source: SourcePosition,
        _ fingerprint: SourceFingerprint,
        at path: String,
        _ reason: String,
        isCopy: Bool = false
    ) -> Answer {
        var position = source
        position.identity = reason
        position.seenAt = RealPath.of(path)
        // What is known of the archive that the source was read from says nothing of this file.
        if isCopy { position.archiveSize = nil }
        return .source(position, fingerprint, isCopy: isCopy)
    }

    private func isFollowed(_ source: SourcePosition) -> Bool {
        reserved.contains(source.id) || followed.isFollowed(source)
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
            if let size = source.archiveSize, size == file.facts.size { return try finished(source, file) }
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

/// Where a path leads to.
enum RealPath {
    /// Without symbolic links; the path itself where it leads nowhere.
    static func of(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
