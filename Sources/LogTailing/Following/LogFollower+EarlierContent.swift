import AgentEvents

extension LogFollower {
    /// Decides whether a file that was truncated is being written again, or begins anew.
    ///
    /// Until that is sure, the file is not read.
    func weighEarlierContent(of file: SourceFile) throws {
        guard let earlier = file.earlier, file.facts.size > 0 else { return }
        guard !file.facts.isUnlinked else {
            file.earlier = nil
            return
        }
        // Opened anew, since the open file knows its earlier size; if that fails, it was renamed.
        guard let content = try? OpenFile(path: file.position.seenAt),
            content.facts.identity == file.identity
        else {
            needsScan = true
            return
        }
        if content.facts.size >= earlier.position.offset {
            file.earlier = nil
            return try goOn(file, from: earlier.position, in: content)
        }
        let isQuiet = now.micros - file.changedAt.micros >= options.settleTime
        let isAlike = try earlier.begins(with: content.head(EarlierContent.headLength))
        if !isAlike || isQuiet { file.earlier = nil }
    }

    /// Goes on from an earlier source of the file where the file holds all that was read of it.
    private func goOn(
        _ file: SourceFile,
        from earlier: SourcePosition,
        in content: OpenFile
    ) throws {
        guard let position = registry.positions[earlier.id],
            let match = try ContentMatch.find([position], in: content).matches.last
        else { return }
        // A copy that was made before, as a backup, has gone on from it meanwhile.
        if let copy = followed.all.first(where: { $0.position.id == position.id }) {
            guard !canBeRead(copy), try copy.isContinued(in: content) else { return }
            copy.leaveName()
            stopFollowing(copy)
        }
        registry.release(file.position.id)
        followed.remove(file)
        try file.resume(as: match)
        followed.add(file)
        missing.remove(position.id)
        registry.update(file.position)
        registry.claim(file.position.id)
        changedConditions.insert(file.identity)
    }
}
