package import AgentEvents

/// What a follower watches, and how patiently.
package struct FollowerOptions: Sendable {
    /// Absolute paths, globs and folders.
    package var patterns: [String]
    /// What is never followed, whatever matches it.
    package var written = WrittenFiles()
    /// Files that are there at the start are read from their end on.
    package var fromEnd = false
    /// How many files stay open; more are opened when there is something to read.
    package var maxOpenFiles = 100
    /// How often the patterns are looked up again, in microseconds.
    package var scanInterval = Micros.second
    /// How long a file must be quiet before it counts as what it looks like, in microseconds: a
    /// look-alike as a file of its own, a deleted file as written to its end.
    package var settleTime = 5 * Micros.second

    package init(patterns: [String]) { self.patterns = patterns }
}

/// Follows files across rotation: which there are, which source each one is, which has lines to read.
///
/// Has no thread and no clock of its own. `look(at:)` asks the file system; then `nextReadable()`
/// gives the sources that have lines, each for one turn. Files are polled, since no notification is
/// sure to come; see `FolderHints` for looking sooner.
package final class LogFollower: SourceQueue {
    package let takesWholeLastLine = false
    let options: FollowerOptions
    let finder: FileFinder
    /// Every source that was ever read.
    var registry: SourceRegistry
    var followed = FollowedFiles()
    /// Files that are no source, or not yet, with why nothing more is to be done about them.
    var ignored: [FileIdentity: IgnoredFile] = [:]
    /// Known sources whose file is not where it was: it may have been renamed, copied, compressed.
    var missing: Set<SourceRegistry.ID> = []
    /// What was read last of sources that went or were truncated, the newest last.
    var departed: [RecentBytes] = []
    /// Counts what may change an earlier decision: a source went, shrank or came.
    var epoch = 0
    var now = Timestamp.distantPast
    var lastScan: Timestamp?
    var lastLookup: (at: Timestamp, epoch: Int)?
    var needsScan = true
    /// Folders that were looked into at the last scan.
    package internal(set) var folders: [String] = []
    /// Patterns that no file matches.
    package internal(set) var unmatched: [String] = []
    /// Files below followed folders whose names do not look like logs, by path; at most 1,000.
    package internal(set) var passedOver: [String] = []
    /// Problems with patterns, by path.
    package internal(set) var problems: [String: String] = [:]
    private var queue: ArraySlice<FileIdentity> = []
    private var open: Set<FileIdentity> = []
    var changedConditions: Set<FileIdentity> = []
    var lostConditions: [SourceCondition] = []

    /// `known`: the positions that the store holds.
    package init(options: FollowerOptions, known: [SourcePosition]) {
        self.options = options
        finder = FileFinder(patterns: options.patterns, written: options.written)
        registry = SourceRegistry(known)
        findMissing()
    }

    /// A file that is not read.
    struct IgnoredFile {
        var size: Int64
        var epoch: Int
        /// Since when it has not changed.
        var since: Timestamp
        /// Whether time may still tell what it is.
        var isUndecided: Bool
    }

    /// Looks at the files that are followed, and for new ones where it is time.
    ///
    /// `now`: of a clock that does not run backwards much.
    package func look(at now: Timestamp) {
        self.now = now
        for file in followed.all { look(at: file) }
        let isDue = lastScan.map { now < $0 || now.micros - $0.micros >= options.scanInterval }
        if needsScan || isDue ?? true { scan() }  // the first look always scans
    }

    /// Looks everything up anew at the next look.
    package func reopen() {
        ignored = [:]
        lastLookup = nil
        needsScan = true
    }

    /// Whether everything is read and nothing is left to be decided.
    package var isQuiet: Bool {
        !needsScan && !ignored.values.contains(where: \.isUndecided)
            && !followed.all.contains {
                canBeRead($0) && $0.problem == nil || isAwaitingItsEnd($0) || isHeld($0)
            }
    }

    /// How many files are followed.
    package var count: Int { followed.count }
    /// How many of them have lines to read.
    package var unreadCount: Int { followed.all.lazy.filter(canBeRead).count }

    /// Whether the last line that is not whole may yet become final.
    private func isAwaitingItsEnd(_ file: SourceFile) -> Bool {
        file.facts.isUnlinked && file.facts.size > file.position.offset && !file.isFinal
    }

    /// Whether it is not decided yet what a file holds that was truncated.
    private func isHeld(_ file: SourceFile) -> Bool { file.earlier != nil && file.facts.size > 0 }

    func canBeRead(_ file: SourceFile) -> Bool {
        (file.hasUnread || file.hasUnreportedMove) && !file.isStuck && !isHeld(file)
    }
}

// MARK: - Turns

extension LogFollower {
    package var turnBytes: Int64 { max(4 << 20, (64 << 20) / Int64(queue.count + 1)) }

    /// Begins a round: every source that has lines gets one turn before any gets another.
    package func beginRound() {
        guard queue.isEmpty else { return }
        queue =
            followed.all.filter(canBeRead).map(\.identity)
            .sorted { ($0.device, $0.inode) < ($1.device, $1.inode) }[...]
    }

    /// The next source that has something to take; `nil` at the end of the round.
    package func nextReadable() -> (any LineSource)? {
        while let identity = queue.popFirst() {
            guard let file = followed[identity], canBeRead(file) else { continue }
            do {
                guard try file.begin() else {
                    restart(file)
                    continue
                }
                open.insert(identity)
                report(nil, of: file)
                if file.isTooShortToTell, file.hasStalePrefixes { try relist(file) }
                if file.lines != nil || file.hasUnreportedMove { return file }
            } catch {
                fail(file, error)
            }
        }
        return nil
    }

    /// Ends a source's turn behind the last line that was taken.
    ///
    /// `isAtEnd`: whether the source had no more to give. Gives the move to be stored with the lines;
    /// `nil` where no turn was under way.
    package func finish(_ source: any LineSource, at offset: Int64, isAtEnd: Bool) -> SourceMove? {
        guard let file = source as? SourceFile else { return nil }
        if file.lines == nil { return file.takeMove() }
        guard file.finish(at: offset, isAtEnd: isAtEnd) else { return nil }
        registry.update(file.position)
        if open.count > options.maxOpenFiles, !file.hasUnread, !file.facts.isUnlinked {
            close(file)
        }
        return file.takeMove()
    }

    /// Notes that a source could not be read further.
    package func fail(_ source: any LineSource, _ error: any Error) {
        guard let file = source as? SourceFile else { return }
        if case SourceProblem.truncated = error {
            // Seen in the middle of a turn: what was taken before counts.
            restart(file, mayGoOn: false)
            return
        }
        file.getStuck(by: error)
        report("\(error)", of: file)
    }

    /// Notes that moves are stored: what is read from here on may still be in vain.
    package func confirm(_ stored: [SourcePosition]) {
        for position in stored {
            // It may have been truncated since, or another reader's.
            guard let file = followed[position.file], file.position.id == position.id else {
                continue
            }
            file.confirm(position)
        }
    }

    func close(_ file: SourceFile) {
        file.close()
        open.remove(file.identity)
    }

    /// Goes on from what the store holds, after what was read in vain.
    ///
    /// `known`: all positions that the store holds.
    package func rewind(to known: [SourcePosition]) {
        // What was read in vain hides nothing of what others have read.
        for file in followed.all { registry.update(file.confirmed) }
        learn(known)
        registry = SourceRegistry(known)
        queue = []
        for file in followed.all {
            let stored = registry.positions[file.position.id]
            if file.rewind(to: stored) {
                registry.claim(file.position.id)
            } else if file.isOpen, file.position.file == file.identity {
                restart(file)  // truncated meanwhile
            } else {
                close(file)
                followed.remove(file)
            }
        }
        findMissing()
        epoch += 1
        needsScan = true
    }

    /// Takes over what other readers have stored meanwhile.
    ///
    /// `known`: all positions that the store holds.
    package func learn(_ known: [SourcePosition]) {
        // What was read here is ahead of the store, if anything.
        let moved = known.filter { $0.offset > registry.offset(of: $0) }
        // What is not stored yet is kept: its source may have gone since, and turn up elsewhere.
        let current = known.filter { $0.offset >= registry.offset(of: $0) }
        for position in current where !followed.contains(position.id) { registry.update(position) }
        for position in moved { takeOver(position) }
        findMissing()
    }

    /// Goes on from where another reader got to, in the file that it read.
    private func takeOver(_ stored: SourcePosition) {
        let holder = followed.all.first { $0.position.id == stored.id }
        guard let file = followed[stored.file], file !== holder, file.confirmed.offset == 0 else {
            if let holder { yield(holder, to: stored) }
            return
        }
        // It was read under the name of another file, or under a new one.
        if let holder {
            detach(holder)
            orphan(holder)
        }
        yield(file, to: stored)
    }

    /// Goes on from where another reader got to, as far as the file holds that.
    private func yield(_ file: SourceFile, to stored: SourcePosition) {
        detach(file)
        registry.update(stored)
        guard file.rewind(to: stored) else { return orphan(file) }
        followed.add(file)
        registry.claim(stored.id)
        missing.remove(stored.id)
    }

    /// Leaves a source to another file.
    ///
    /// What was deleted, or renamed perhaps to where no pattern leads, may never be found again, so it
    /// goes on as a source of its own, behind what is stored of it.
    private func orphan(_ file: SourceFile) {
        // A path that leads nowhere does not lead to the file.
        let place = try? FileFacts(path: file.foundAt)
        let isFoundAgain = place?.identity == file.identity && finder.matches(file.foundAt)
        guard file.isOpen, !isFoundAgain else { return close(file) }
        var position = registry.newSource(at: file.foundAt, isTaken: followed.contains)
        position.seenAt = file.foundAt
        position.identity = "its source went on in another file"
        guard file.separate(as: position) else { return close(file) }
        followed.add(file)
        registry.claim(position.id)
    }

    /// Stops reading a source in a file, which may be recognised as another then.
    private func detach(_ file: SourceFile) {
        registry.release(file.position.id)
        followed.remove(file)
        epoch += 1
        needsScan = true
    }

    /// Closes all files.
    package func close() {
        for file in followed.all { close(file) }
    }
}
