import AgentEvents

/// What a content begins with: few files share it that are not copies of each other.
enum ContentLead: Hashable {
    /// Too little to tell.
    case short
    case hash(UInt64)

    /// How many first bytes make it.
    static let length = 128

    /// Of the first bytes, at most `length`.
    init(_ bytes: [UInt8]) {
        self =
            bytes.count < Self.length ? .short : .hash(bytes.withUnsafeBytes { SipHash.hash($0) })
    }
}

/// The sources that are being read, by file and by what they began with.
struct FollowedFiles {
    private var files: [FileIdentity: SourceFile] = [:]
    private var leads: [ContentLead: Set<FileIdentity>] = [:]

    var all: Dictionary<FileIdentity, SourceFile>.Values { files.values }
    var count: Int { files.count }

    subscript(identity: FileIdentity) -> SourceFile? { files[identity] }

    /// The sources that may begin like a content.
    func beginning(like lead: ContentLead) -> [SourceFile] {
        guard lead != .short else { return Array(files.values) }
        let alike = (leads[lead] ?? []).union(leads[.short] ?? [])
        return alike.compactMap { files[$0] }
    }

    mutating func add(_ file: SourceFile) {
        files[file.identity] = file
        leads[file.lead, default: []].insert(file.identity)
    }

    mutating func remove(_ file: SourceFile) {
        files[file.identity] = nil
        leads[file.lead]?.remove(file.identity)
    }

    func isFollowed(_ position: SourcePosition) -> Bool {
        files[position.file]?.position.id == position.id
    }
}
