package import AgentEvents

/// All sources that were ever read, found by file, by path and by how they begin.
package struct SourceRegistry: Sendable {
    /// A source's identity: files come and go behind a path.
    package struct ID: Hashable, Sendable {
        package var path: String
        package var generation: Int64

        package static func == (left: ID, right: ID) -> Bool {
            left.generation == right.generation && left.path.isSamePath(as: right.path)
        }

        package func hash(into hasher: inout Hasher) {
            hasher.combine(PathKey(path))
            hasher.combine(generation)
        }
    }

    fileprivate struct Head: Hashable {
        var length: Int64
        var hash: Int64
    }

    private(set) var positions: [ID: SourcePosition] = [:]
    private var byFile: [FileIdentity: Set<ID>] = [:]
    private var byPath: [PathKey: Set<ID>] = [:]
    private var byHead: [Head: Set<ID>] = [:]
    /// The lengths of the heads in `byHead`, and how many have each.
    private var headCounts: [Int64: Int] = [:]
    private var headLengths: [Int] = []
    /// Sources that are being read: nothing else goes on from them.
    private var claimed: Set<ID> = []

    /// Creates a registry of stored positions.
    package init(_ positions: [SourcePosition]) {
        for position in positions { update(position) }
    }

    /// Adds a source, or moves it.
    package mutating func update(_ position: SourcePosition) {
        let id = position.id
        if let old = positions[id] { unlist(old) }
        positions[id] = position
        byFile[position.file, default: []].insert(id)
        byPath[PathKey(position.path), default: []].insert(id)
        listHead(of: position)
    }

    /// Notes that a source is being read, so that no other file is looked for that goes on from it.
    mutating func claim(_ id: ID) {
        if let position = positions[id] { unlistHead(of: position) }
        claimed.insert(id)
    }

    /// Takes a claim back.
    mutating func release(_ id: ID) {
        claimed.remove(id)
        if let position = positions[id] { listHead(of: position) }
    }

    /// Sources that had this file, the newest generation first; only those that were read.
    func read(from file: FileIdentity) -> [SourcePosition] {
        newestFirst(byFile[file]).filter { $0.offset > 0 }
    }

    /// Sources of a path, the newest generation first.
    func sources(at path: String) -> [SourcePosition] { newestFirst(byPath[PathKey(path)]) }

    /// Sources of which the head is what a content begins with.
    ///
    /// `head`: the first 4 KiB of the content, or all of it.
    func sources(beginningLike head: [UInt8]) -> [SourcePosition] {
        let lengths = Array(headLengths.prefix { $0 <= head.count })
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
    ///
    /// `isTaken`: whether a file is read as this source, though nothing of it may be stored yet.
    func newSource(at path: String, isTaken: (ID) -> Bool) -> SourcePosition {
        var position = SourcePosition(path: path)
        if let newest = sources(at: path).first {
            // A generation that nothing was read of is begun, not followed by another.
            position.generation = newest.offset == 0 ? newest.generation : newest.generation + 1
        }
        while isTaken(position.id) { position.generation += 1 }
        return position
    }

    private func newestFirst(_ ids: Set<ID>?) -> [SourcePosition] {
        (ids ?? []).compactMap { positions[$0] }
            .sorted { ($1.generation, $0.path) < ($0.generation, $1.path) }
    }

    private mutating func unlist(_ old: SourcePosition) {
        byFile[old.file]?.remove(old.id)
        unlistHead(of: old)
    }

    private mutating func listHead(of position: SourcePosition) {
        guard position.offset > 0, !claimed.contains(position.id),
            byHead[position.head, default: []].insert(position.id).inserted
        else { return }
        headCounts[position.headLength, default: 0] += 1
        guard headCounts[position.headLength] == 1 else { return }
        let length = Int(position.headLength)
        // Behind all others where none is longer.
        let place = headLengths.firstIndex { $0 > length } ?? headLengths.count
        headLengths.insert(length, at: place)
    }

    private mutating func unlistHead(of position: SourcePosition) {
        guard byHead[position.head]?.remove(position.id) != nil else { return }
        headCounts[position.headLength, default: 1] -= 1
        guard headCounts[position.headLength] == 0 else { return }
        headCounts[position.headLength] = nil
        headLengths.removeAll { $0 == Int(position.headLength) }
    }
}

extension SourcePosition {
    package var id: SourceRegistry.ID { .init(path: path, generation: generation) }
    var file: FileIdentity { FileIdentity(device: device, inode: inode) }
    fileprivate var head: SourceRegistry.Head { .init(length: headLength, hash: headHash) }
}
