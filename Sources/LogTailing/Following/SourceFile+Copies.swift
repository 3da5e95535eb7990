import AgentEvents

/// How the content of other files stands to what was read of this one.
extension SourceFile {
    /// Whether another plain file is, as far as it goes, what this one begins with, or was so until
    /// this one was truncated a moment ago.
    func mayBeCopied(in other: OpenFile) throws -> Bool {
        guard other.compression == nil else { return false }
        guard compression == nil else { return try isUnpacked(in: other) }
        let own = try file ?? OpenFile(path: position.seenAt)
        let size = try FileFacts(descriptor: own.descriptor).size
        guard try other.facts.size <= size && hasBeginning(of: other, own) else {
            // It was looked at before, and may have been truncated since.
            return try size < facts.size || !isHeld(by: own)
        }
        return true
    }

    /// Whether another plain file goes on where this one ends: all of this one is its beginning.
    func isContinued(in other: OpenFile) throws -> Bool {
        guard compression == nil, other.compression == nil, position.offset > 0,
            other.facts.size >= facts.size,
            try !ContentMatch.find([position], in: other).matches.isEmpty
        else { return false }
        guard hasRemainder else { return true }
        guard facts.size - position.offset <= Self.maxRemainder else { return false }
        let own = try opened()
        return try FileFacts.bytes(of: own.descriptor, from: position.offset, to: facts.size)
            == FileFacts.bytes(of: other.descriptor, from: position.offset, to: facts.size)
    }

    /// What is compared of an unfinished line; longer ones are rejected anyway.
    private static let maxRemainder: Int64 = 16 << 20

    private func hasBeginning(of other: OpenFile, _ own: OpenFile) throws -> Bool {
        let length = other.facts.size
        for start in [0, max(0, length - Int64(SourceFingerprint.blockLength))] {
            let end = min(length, start + Int64(SourceFingerprint.blockLength))
            guard
                try FileFacts.bytes(of: own.descriptor, from: start, to: end)
                    == FileFacts.bytes(of: other.descriptor, from: start, to: end)
            else { return false }
        }
        return true
    }

    /// Whether all of a plain file was read in this archive.
    func hasUnpacked(all other: OpenFile) throws -> Bool {
        guard compression != nil, other.facts.size <= position.offset else { return false }
        return try isUnpacked(in: other)
    }

    /// Whether a plain file is, as far as it goes, what this archive begins with.
    private func isUnpacked(in other: OpenFile) throws -> Bool {
        var wanted = SourcePosition(path: position.path)
        try ContentMatch.find([], in: other, toTheEnd: true).whole.mark(&wanted)
        let own = try file ?? OpenFile(path: position.seenAt)
        return try !ContentMatch.find([wanted], in: own).matches.isEmpty
    }

    /// Whether an archive holds nothing but what this plain file begins with.
    func isArchived(in archive: OpenFile) throws -> Bool {
        guard compression == nil else { return false }
        let content = try ContentMatch.find([], in: archive, toTheEnd: true)
        guard case .at(let length) = content.end, length > 0, length <= facts.size else {
            return false
        }
        var wanted = SourcePosition(path: position.path)
        content.whole.mark(&wanted)
        let own = try file ?? OpenFile(path: position.seenAt)
        return try !ContentMatch.find([wanted], in: own).matches.isEmpty
    }
}
