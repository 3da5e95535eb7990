package import AgentEvents

extension SourcePosition {
    /// Whether the file still begins as it did, and still has before the offset what was there.
    fileprivate func isContinued(by file: FileFacts) throws -> Bool {
        guard file.size >= offset else { return false }
        guard try file.headHash(length: headLength) == headHash else { return false }
        return try file.tailHash(before: offset) == tailHash
    }
}

/// Decides whether a file goes on from where a source was read to.
///
/// Device and inode are a hint, since inodes are used again; the head of the file and the bytes
/// before the offset decide, since logs often begin alike. What fits no source is a new one, and at
/// a path that is known a new generation of it.
package enum SourceRecognition {
    /// Where to read on, under which identity, and why.
    package struct Decision: Sendable, Equatable {
        package var path: String
        package var generation: Int64
        package var offset: Int64
        /// For people.
        package var reason: String
    }

    /// Compares a file with the sources that were read before, the same inode first.
    package static func decide(
        path: String,
        file: FileFacts,
        known: [SourcePosition]
    ) throws -> Decision {
        let sameFile = known.filter {
            $0.offset > 0 && $0.device == file.device && $0.inode == file.inode
        }
        for source in newestFirst(sameFile) where try source.isContinued(by: file) {
            return goOn(
                source,
                source.path == path ? "same file" : "same file, renamed from \(source.path)"
            )
        }
        let samePath = newestFirst(known.filter { $0.path == path })
        for source in samePath where source.offset > 0 {
            if try source.isContinued(by: file) { return goOn(source, "same path and content") }
        }
        guard let newest = samePath.first else {
            return Decision(path: path, generation: 0, offset: 0, reason: "new")
        }
        if newest.offset == 0 { return goOn(newest, "new") }
        let shrunk = newest.inode == file.inode && newest.device == file.device
        return Decision(
            path: path,
            generation: newest.generation + 1,
            offset: 0,
            reason: shrunk ? "truncated" : "replaced"
        )
    }

    private static func newestFirst(_ sources: [SourcePosition]) -> [SourcePosition] {
        sources.sorted { $0.generation > $1.generation }
    }

    private static func goOn(_ source: SourcePosition, _ reason: String) -> Decision {
        Decision(
            path: source.path,
            generation: source.generation,
            offset: source.offset,
            reason: reason
        )
    }
}
