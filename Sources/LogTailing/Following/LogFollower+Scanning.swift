import AgentEvents
import Foundation

extension LogFollower {
    /// Looks up which files there are, and decides what the new ones are.
    func scan() {
        let isFirst = lastScan == nil
        needsScan = false
        lastScan = now
        let findings = finder.find()
        folders = findings.folders
        passedOver = findings.passedOver
        problems = Dictionary(
            findings.problems.map { ($0.path, "\($0.error)") },
            uniquingKeysWith: { first, _ in first }
        )
        unmatched = findings.files.isEmpty ? options.patterns : []
        var places = Places(findings.files)
        for file in followed.all { findAgain(file, places) }
        for file in followed.all { handOver(file, places) }
        let outside = places.add(missingFolders().flatMap(listing))
        ignored = ignored.filter { places.contains($0.key) }
        recognise(places.wanted, outside, isFirst: isFirst)
    }

    /// Decides in the order that makes no mistakes: what an inode tells before what content tells,
    /// plain files before archives of them, and what was asked for before what was not.
    private func recognise(_ wanted: [FoundFile], _ outside: [FoundFile], isFirst: Bool) {
        for file in wanted + outside where !registry.read(from: file.identity).isEmpty {
            decide(file, isWanted: false, isFirst: false, byInode: true)
        }
        var archives: [FoundFile] = []
        for file in wanted where needsClassification(file) {
            decide(file, isWanted: true, isFirst: isFirst) { archives.append(file) }
        }
        for file in archives { decide(file, isWanted: true, isFirst: isFirst) }
        for file in outside where needsClassification(file) {
            decide(file, isWanted: false, isFirst: false)
        }
    }

    /// Whether there is reason to look at a file that is not followed.
    private func needsClassification(_ file: FoundFile) -> Bool {
        guard followed[file.identity] == nil else { return false }
        guard let left = ignored[file.identity] else { return true }
        return left.size != file.size || left.epoch != epoch || left.isUndecided && isSettled(left)
    }

    private func isSettled(_ left: IgnoredFile) -> Bool {
        now < left.since || now.micros - left.since.micros >= options.settleTime
    }

    /// `onArchive`: called instead where the file is an archive, which is decided later.
    private func decide(
        _ found: FoundFile,
        isWanted: Bool,
        isFirst: Bool,
        byInode: Bool = false,
        onArchive: (() -> Void)? = nil
    ) {
        guard followed[found.identity] == nil else { return }
        do {
            let file = try OpenFile(path: found.path)
            guard file.facts.identity == found.identity else {
                needsScan = true
                return
            }
            if !byInode, file.compression != nil, let onArchive { return onArchive() }
            if let answer = try answer(file, found, isWanted: isWanted, byInode: byInode) {
                try take(answer, file: file, found: found, isFirst: isFirst)
            }
            problems[found.path] = nil
        } catch let error as ReadError where error.code == ENOENT {
            needsScan = true  // it went meanwhile
        } catch {
            leaveUnread(found, "\(error)", isWanted: isWanted)
        }
    }

    /// What a file is; `nil` where an inode does not tell and only that was asked.
    ///
    /// The recognition looks at all that is followed, and must be gone before that changes, else it
    /// is copied for every file.
    private func answer(
        _ file: OpenFile,
        _ found: FoundFile,
        isWanted: Bool,
        byInode: Bool
    ) throws -> SourceRecognition.Answer? {
        var recognition = SourceRecognition(registry: registry, followed: followed)
        if byInode { return try recognition.continuation(of: file, at: found.path) }
        recognition.departed = departed
        return try recognition.recognise(
            file,
            at: found.path,
            isWanted: isWanted,
            mayWait: mayWait(file, found)
        )
    }

    /// Whether the next moments may tell more of a file.
    private func mayWait(_ file: OpenFile, _ found: FoundFile) -> Bool {
        if let left = ignored[found.identity], left.size == file.facts.size, isSettled(left) {
            return false
        }
        guard file.compression != nil else { return true }
        // An archive that was written long ago is whole, or will never be.
        let age = now.micros - file.facts.changed / 1_000
        return age < options.settleTime
    }

    private func take(
        _ answer: SourceRecognition.Answer,
        file: OpenFile,
        found: FoundFile,
        isFirst: Bool
    ) throws {
        switch answer {
        case .source(let position, let fingerprint):
            // What comes to a path that is known already is new, whenever it is found.
            let skips = isFirst && fingerprint.offset == 0 && position.generation == 0
            try follow(
                file,
                found: found,
                position: position,
                fingerprint: fingerprint,
                skips: skips
            )
        case .undecided: ignore(found, file.facts.size, isUndecided: true)
        case .isKnown, .isNothing: ignore(found, file.facts.size, isUndecided: false)
        }
    }

    private func follow(
        _ file: OpenFile,
        found: FoundFile,
        position: SourcePosition,
        fingerprint: SourceFingerprint,
        skips: Bool
    ) throws {
        let source = try SourceFile(
            file,
            position: position,
            fingerprint: fingerprint,
            storedOffset: registry.offset(of: position),
            now: now
        )
        source.foundAt = found.path
        if options.fromEnd, skips { try source.skipToEnd() }
        followed.add(source)
        ignored[found.identity] = nil
        missing.remove(position.id)
        if !source.hasUnreportedMove { registry.update(source.position) }
        registry.claim(position.id)
        changedConditions.insert(found.identity)
        if followed.count > options.maxOpenFiles { close(source) }
    }

    private func ignore(_ found: FoundFile, _ size: Int64, isUndecided: Bool) {
        var left = IgnoredFile(size: size, epoch: epoch, since: now, isUndecided: isUndecided)
        if let before = ignored[found.identity], before.size == size { left.since = before.since }
        if isSettled(left) { left.isUndecided = false }
        ignored[found.identity] = left
    }

    /// A file that was asked for and cannot be read is a source in trouble, so that it shows.
    private func leaveUnread(_ found: FoundFile, _ problem: String, isWanted: Bool) {
        guard isWanted, problems[found.path] != problem else { return }
        problems[found.path] = problem
        var position = registry.newSource(at: found.path, isTaken: followed.contains)
        position.device = found.device
        position.inode = found.inode
        position.size = found.size
        position.identity = "unread"
        lostConditions.append(SourceCondition(position: position, problem: problem))
    }
}

// MARK: - Files that moved

extension LogFollower {
    /// Finds out where a file lies that is followed.
    private func findAgain(_ file: SourceFile, _ places: Places) {
        if places.identity(at: file.foundAt) == file.identity { return }
        if let path = places.path(of: file.identity) {
            moved(file, to: path)
            return
        }
        let facts = try? FileFacts(path: file.position.seenAt)  // it may well be gone
        if facts?.identity == file.identity { return }
        let neighbours = listing(folder(of: file.position.seenAt))
        if let place = neighbours.first(where: { $0.identity == file.identity }) {
            moved(file, to: place.path)
        } else if !file.isOpen {
            stopFollowing(file)
        }
    }

    /// Hands a source over to the file that replaced its own, where that holds all of it: deployments and
    /// editors write a new file and rename it over the old one, or rename the old one to a backup first.
    private func handOver(_ file: SourceFile, _ places: Places) {
        guard file.facts.isUnlinked || file.hasNameOfBackup, !canBeRead(file),
            let replacement = places.file(at: file.position.path),
            replacement.identity != file.identity, followed[replacement.identity] == nil
        else { return }
        // A file that cannot be opened is decided when it can be.
        guard let other = try? OpenFile(path: file.position.path),
            other.facts.identity == replacement.identity,
            (try? file.isContinued(in: other)) == true  // as above
        else { return }
        file.leaveName()
        stopFollowing(file)
        // Before the inode says that the backup is the source.
        decide(replacement, isWanted: true, isFirst: false)
    }

    private func moved(_ file: SourceFile, to path: String) {
        file.move(to: path)
        file.changedAt = now
        changedConditions.insert(file.identity)
        epoch += 1
        // It may have been truncated before it was renamed, or be another file in its inode.
        look(at: file)
    }

    /// The files of a folder in which something may have turned up.
    private func listing(_ folder: String) -> [FoundFile] {
        finder.folderListing(folder)
    }

    /// The folders in which sources that are missing may turn up.
    private func missingFolders() -> [String] {
        guard !missing.isEmpty else { return [] }
        if let last = lastLookup, last.epoch == epoch, now >= last.at,
            now.micros - last.at.micros < 10 * options.scanInterval
        {
            return []
        }
        lastLookup = (now, epoch)
        let folders = missing.compactMap { registry.positions[$0].map { folder(of: $0.seenAt) } }
        return Set(folders).sorted()
    }

    /// Notes which known sources are ours and not followed.
    func findMissing() {
        let followed = Set(followed.all.map(\.position.id))
        missing = Set(
            registry.positions.values.lazy
                .filter { $0.archiveSize == nil && $0.offset > 0 && self.finder.matches($0.path) }
                .map(\.id)
        ).subtracting(followed)
    }

    private func folder(of path: String) -> String {
        let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]  // a path is absolute
        return folder.isEmpty ? "/" : String(folder)
    }

    /// The files of one scan, by path and by identity.
    private struct Places {
        /// One of each file, though several names lead to it.
        private(set) var wanted: [FoundFile] = []
        private var paths: [FileIdentity: String] = [:]
        private var files: [PathKey: FoundFile] = [:]

        init(_ files: [FoundFile]) {
            for file in files {
                self.files[PathKey(file.path)] = file
                guard paths[file.identity] == nil else { continue }
                paths[file.identity] = file.path
                wanted.append(file)
            }
        }

        /// Adds files that nobody asked for; gives those that were not there.
        mutating func add(_ files: [FoundFile]) -> [FoundFile] {
            files.filter { file in
                guard paths[file.identity] == nil else { return false }
                paths[file.identity] = file.path
                return true
            }
        }

        func contains(_ identity: FileIdentity) -> Bool { paths[identity] != nil }
        func path(of identity: FileIdentity) -> String? { paths[identity] }
        func identity(at path: String) -> FileIdentity? { files[PathKey(path)]?.identity }
        func file(at path: String) -> FoundFile? { files[PathKey(path)] }
    }
}
