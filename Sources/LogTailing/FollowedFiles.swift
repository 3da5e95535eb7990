import AgentEvents

/// What a content begins with: few files share it that are not copies of each other.
enum ContentLead: Hashable {
    /// Too little to tell.
    case short
    /// Of the first half of `length`, where there is no more.
    case half(UInt64)
    case whole(UInt64)

    /// How many first bytes make it.
    static let length = 128

    /// Of the first bytes, at most `length`.
    init(_ bytes: [UInt8]) {
        switch bytes.count {
        case Self.length...: self = .whole(Self.hash(bytes, Self.length))
        case (Self.length / 2)...: self = .half(Self.hash(bytes, Self.length / 2))
        default: self = .short
        }
    }

    /// What a file can have begun with that was shorter when it was found and begins so now.
    static func all(of bytes: [UInt8]) -> [ContentLead] {
        [ContentLead(bytes), ContentLead(Array(bytes.prefix(length / 2))), .short]
    }

    private static func hash(_ bytes: [UInt8], _ length: Int) -> UInt64 {
        bytes.withUnsafeBytes { SipHash.hash(UnsafeRawBufferPointer(rebasing: $0[..<length])) }
    }
}

/// The sources that are being read, by file and by what they began with.
struct FollowedFiles {
    private var files: [FileIdentity: SourceFile] = [:]
    private var ids: Set<SourceRegistry.ID> = []
    private var leads: [ContentLead: Set<FileIdentity>] = [:]

    var all: Dictionary<FileIdentity, SourceFile>.Values { files.values }
    var count: Int { files.count }

    subscript(identity: FileIdentity) -> SourceFile? { files[identity] }

    /// The sources that may begin with a content, whose first bytes these are.
    func beginning(like head: [UInt8]) -> [SourceFile] {
        let leads = Set(ContentLead.all(of: Array(head.prefix(ContentLead.length))))
        return leads.flatMap { self.leads[$0] ?? [] }.compactMap { files[$0] }
    }

    mutating func add(_ file: SourceFile) {
        files[file.identity] = file
        ids.insert(file.position.id)
        leads[file.lead, default: []].insert(file.identity)
    }

    mutating func remove(_ file: SourceFile) {
        files[file.identity] = nil
        ids.remove(file.position.id)
        leads[file.lead]?.remove(file.identity)
    }

    func contains(_ source: SourceRegistry.ID) -> Bool { ids.contains(source) }
}
