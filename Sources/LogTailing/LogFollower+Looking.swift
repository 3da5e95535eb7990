import AgentEvents

extension LogFollower {
    /// Looks at one file that is followed: grown, truncated, deleted, renamed.
    func look(at file: SourceFile) {
        do {
            switch try file.look(at: now) {
            case .lost: needsScan = true
            case .changed: try noticeChange(of: file)
            case .same: break
            }
            settle(file)
            noteBehind(file)
        } catch {
            report("\(error)", of: file)
        }
    }

    private func noticeChange(of file: SourceFile) throws {
        // What has grown is held against its marker when it is read.
        guard !file.hasUnread, file.position.offset > 0 || file.facts.size == 0 else { return }
        if try !file.isIntact() { restart(file) }
    }

    /// Lets the last line of a file count that nobody will write to any more.
    private func settle(_ file: SourceFile) {
        guard file.facts.isUnlinked || file.isCopy else { return }
        if file.facts.isUnlinked, !file.isFinal { needsScan = true }
        guard now.micros - file.changedAt.micros >= options.settleTime else { return }
        file.becomeFinal()
        if file.facts.isUnlinked, !file.hasUnread { stopFollowing(file) }
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
    func restart(_ file: SourceFile) {
        missing.insert(file.position.id)
        var position = registry.newSource(at: file.foundAt)
        position.seenAt = file.position.seenAt
        position.identity = "truncated"
        followed.remove(file)
        file.restart(as: position)
        followed.add(file)
        registry.update(file.position)
        changedConditions.insert(file.identity)
        epoch += 1
        needsScan = true
    }

    /// Lets a file go that is gone.
    func stopFollowing(_ file: SourceFile) {
        close(file)
        followed.remove(file)
        registry.update(file.position)
        missing.insert(file.position.id)
        epoch += 1
    }

    /// Notes what is wrong with a source, or that nothing is.
    func report(_ problem: String?, of file: SourceFile) {
        guard file.problem != problem else { return }
        file.problem = problem
        changedConditions.insert(file.identity)
    }
}
