import AgentEvents

/// What a content begins with: few files share it that are not copies of each other.
enum ContentPrefix: Hashable {
    /// Too little to tell.
    case short
    /// The hash of the first half of `length`, where there is no more.
    case half(UInt64)
    /// The same, where there may be more.
    case beginning(UInt64)
    case whole(UInt64)

    /// How many first bytes make it.
    static let length = 128

    /// What a source is found by that began with these bytes when it was found.
    static func all(of bytes: [UInt8]) -> [ContentPrefix] {
        guard bytes.count >= length / 2 else { return [.short] }
        let half = hash(bytes, length / 2)
        guard bytes.count >= length else { return [.half(half), .beginning(half)] }
        return [.whole(hash(bytes, length)), .beginning(half)]
    }

    /// What a source is found by that begins with these bytes now, however short it was when it was
    /// found; `nil` where that may be any source.
    static func wanted(for bytes: [UInt8]) -> [ContentPrefix]? {
        guard bytes.count >= length / 2 else { return nil }
        let half = hash(bytes, length / 2)
        guard bytes.count >= length else { return [.beginning(half), .short] }
        return [.whole(hash(bytes, length)), .half(half), .short]
    }

    private static func hash(_ bytes: [UInt8], _ length: Int) -> UInt64 {
        bytes.withUnsafeBytes { SipHash.hash(UnsafeRawBufferPointer(rebasing: $0[..<length])) }
    }
}
