import AgentEvents

extension LogFollower {
    /// Looks at one file that is followed: grown, truncated, deleted, renamed.
    func look(at file: SourceFile) {
        do {
            switch try file.look(at: now) {
            case .lost: needsScan = true
            case .changed: try noticeChange(of: file)
            case .same: if isQuiet(file) { file.forgetRecent() }
            }
            try weighEarlierContent(of: file)
            settle(file)
            noteBehind(file)
        } catch {
            report("\(error)", of: file)
        }
    }

    private func isQuiet(_ file: SourceFile) -> Bool {
        now.micros - file.changedAt.micros > Micros.minute
    }

    /// Holds a file that changed against what was read of it, before others are held against it.
    private func noticeChange(of file: SourceFile) throws {
        if file.isFinal, !file.facts.isUnlinked { file.mayGrow() }
        guard try file.isIntact() else { return restart(file) }
        if file.isTooShortToTell { try relist(file) }
    }

    /// Looks again at what a file begins with, of which little is read: it may have been replaced.
    func relist(_ file: SourceFile) throws {
        followed.remove(file)
        defer { followed.add(file) }
        try file.refreshPrefixes()
    }

    /// Lets the last line count of a file that was rotated away, and a deleted file go.
    private func settle(_ file: SourceFile) {
        guard file.facts.isUnlinked else { return settleReplaced(file) }
        if !file.isFinal { needsScan = true }
        guard now.micros - file.changedAt.micros >= options.settleTime else { return }
        file.becomeFinal()
        if !file.hasUnread { stopFollowing(file) }
    }

    /// Lets the last line count of a file in whose place another one stands, once it is quiet.
    private func settleReplaced(_ file: SourceFile) {
        guard file.hasRemainder, !file.isFinal, file.hasNameOfRotation,
            now.micros - file.changedAt.micros >= 2 * options.settleTime
        else { return }
        // Where nothing stands in its place, it may be put back.
        guard let place = try? FileFacts(path: file.position.path), place.isRegular,
            place.identity != file.identity
        else { return }
        file.becomeFinal()
    }

    private func noteBehind(_ file: SourceFile) {
        guard file.hasUnread else {
            if file.behindSince != nil {
                file.behindSince = nil
                changedConditions.insert(file.identity)
            }
            return
        }
        if file.behindSince == nil { file.behindSince = file.changedAt }
        changedConditions.insert(file.identity)
    }

    /// Begins a new generation in a file that was truncated.
    ///
    /// `mayGoOn`: whether what was read so far is handed on, so that it may go on from there.
    func restart(_ file: SourceFile, mayGoOn: Bool = true) {
        markMissing(file)
        let earlier = mayGoOn ? file.earlier ?? file.content : nil
        var position = registry.newSource(at: file.foundAt, isTaken: followed.contains)
        position.seenAt = file.position.seenAt
        position.identity = "truncated"
        followed.remove(file)
        file.restart(as: position)
        file.earlier = earlier
        followed.add(file)
        registry.update(file.position)
        registry.claim(file.position.id)
        changedConditions.insert(file.identity)
        needsScan = true
    }

    /// Notes that a source has no file any more, so that what goes on from it is looked for.
    private func markMissing(_ file: SourceFile) {
        if !file.hasUnreportedMove { registry.update(file.position) }
        registry.release(file.position.id)
        missing.insert(file.position.id)
        departed.append(file.recent)
        if departed.count > Self.maxDeparted { departed.removeFirst() }
        epoch += 1
    }

    /// Copies turn up within moments, so only the last sources that went are kept in mind.
    private static let maxDeparted = 256

    /// Lets a file go that is gone.
    func stopFollowing(_ file: SourceFile) {
        close(file)
        followed.remove(file)
        markMissing(file)
    }

    /// Notes what is wrong with a source, or that nothing is.
    func report(_ problem: String?, of file: SourceFile) {
        guard file.problem != problem else { return }
        file.problem = problem
        changedConditions.insert(file.identity)
    }
}
