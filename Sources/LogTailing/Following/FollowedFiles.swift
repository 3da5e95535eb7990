import AgentEvents

/// The sources that are being read, by file and by what they began with.
struct FollowedFiles {
    private var files: [FileIdentity: SourceFile] = [:]
    private var ids: Set<SourceRegistry.ID> = []
    private var prefixes: [ContentPrefix: Set<FileIdentity>] = [:]

    var all: Dictionary<FileIdentity, SourceFile>.Values { files.values }
    var count: Int { files.count }

    subscript(identity: FileIdentity) -> SourceFile? { files[identity] }

    /// The sources that may begin with a content, whose first bytes these are.
    func beginning(like head: [UInt8]) -> [SourceFile] {
        guard let prefixes = ContentPrefix.wanted(for: Array(head.prefix(ContentPrefix.length)))
        else {
            return Array(files.values)
        }
        return prefixes.flatMap { self.prefixes[$0, default: []] }.compactMap { files[$0] }
    }

    mutating func add(_ file: SourceFile) {
        files[file.identity] = file
        ids.insert(file.position.id)
        for prefix in file.prefixes { prefixes[prefix, default: []].insert(file.identity) }
    }

    mutating func remove(_ file: SourceFile) {
        files[file.identity] = nil
        ids.remove(file.position.id)
        for prefix in file.prefixes { prefixes[prefix]?.remove(file.identity) }
    }

    func contains(_ source: SourceRegistry.ID) -> Bool { ids.contains(source) }
}
