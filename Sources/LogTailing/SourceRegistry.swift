package import AgentEvents

/// All sources that were ever read, found by file, by path and by how they begin.
package struct SourceRegistry: Sendable {
    /// A source's identity: files come and go behind a path.
    package struct ID: Hashable, Sendable {
        package var path: String
        package var generation: Int64
    }

    fileprivate struct Head: Hashable {
        var length: Int64
        var hash: Int64
    }

    private(set) var positions: [ID: SourcePosition] = [:]
    private var byFile: [FileIdentity: Set<ID>] = [:]
    private var byPath: [String: Set<ID>] = [:]
    private var byHead: [Head: Set<ID>] = [:]
    private var headLengths: [Int64: Int] = [:]

    /// Of positions as they are stored.
    package init(_ positions: [SourcePosition]) {
        for position in positions { update(position) }
    }

    /// Adds a source, or moves it.
    package mutating func update(_ position: SourcePosition) {
        let id = position.id
        if let old = positions[id] { unlist(old) }
        positions[id] = position
        byFile[position.file, default: []].insert(id)
        byPath[position.path, default: []].insert(id)
        guard position.offset > 0 else { return }
        byHead[position.head, default: []].insert(id)
        headLengths[position.headLength, default: 0] += 1
    }

    /// Sources that had this file, the newest generation first; only those that were read.
    func read(from file: FileIdentity) -> [SourcePosition] {
        newestFirst(byFile[file]).filter { $0.offset > 0 }
    }

    /// Sources of a path, the newest generation first.
    func sources(at path: String) -> [SourcePosition] { newestFirst(byPath[path]) }

    /// Sources of which the head is what a content begins with.
    ///
    /// `head`: the first 4 KiB of the content, or all of it.
    func sources(beginningLike head: [UInt8]) -> [SourcePosition] {
        let lengths = headLengths.keys.filter { $0 <= Int64(head.count) }.sorted().map(Int.init)
        let hashes = head.withUnsafeBytes { SipHash.hashes(ofPrefixes: lengths, of: $0) }
        var found: [SourcePosition] = []
        for (length, hash) in zip(lengths, hashes) {
            let head = Head(length: Int64(length), hash: Int64(bitPattern: hash))
            found += newestFirst(byHead[head])
        }
        return found
    }

    /// How far a source has been read; 0 where it is not known.
    func offset(of position: SourcePosition) -> Int64 {
        positions[position.id]?.offset ?? 0  // as said above
    }

    /// A position for a file that is no source yet: at a known path it is the next generation.
    func newSource(at path: String) -> SourcePosition {
        var position = SourcePosition(path: path)
        guard let newest = sources(at: path).first else { return position }
        // A generation that nothing was read of is begun, not followed by another.
        position.generation = newest.offset == 0 ? newest.generation : newest.generation + 1
        return position
    }

    private func newestFirst(_ ids: Set<ID>?) -> [SourcePosition] {
        (ids ?? []).compactMap { positions[$0] }
            .sorted { ($1.generation, $0.path) < ($0.generation, $1.path) }
    }

    private mutating func unlist(_ old: SourcePosition) {
        byFile[old.file]?.remove(old.id)
        guard old.offset > 0 else { return }
        byHead[old.head]?.remove(old.id)
        headLengths[old.headLength, default: 1] -= 1
        if headLengths[old.headLength] == 0 { headLengths[old.headLength] = nil }
    }
}

extension SourcePosition {
    package var id: SourceRegistry.ID { .init(path: path, generation: generation) }
    var file: FileIdentity { FileIdentity(device: device, inode: inode) }
    fileprivate var head: SourceRegistry.Head { .init(length: headLength, hash: headHash) }
}
