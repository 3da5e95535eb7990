package import AgentEvents

/// What a source is recognised by, kept while its bytes are read in order.
///
/// Three hashes of the bytes before the offset. The head (up to 4 KiB, growing with the file from its
/// first byte) tells files apart cheaply. The marker, the last 4 KiB before the offset, tells whether
/// a file still has what was read of it: logs often begin alike. The chain runs over every whole
/// 4 KiB block, each hashed under the hash of the one before, and tells a copy from a file that
/// merely begins and ends like it. All are SipHash-1-3; the chain can be taken up again from its last
/// hash and the marker's bytes, without reading the file from its beginning.
package struct SourceFingerprint: Sendable, Equatable {
    /// How many bytes the head and the marker cover at most, and a block of the chain.
    package static let blockLength = 4_096

    /// How many bytes it covers.
    package private(set) var offset: Int64 = 0
    /// The last bytes before the offset, at most `blockLength`.
    package private(set) var recent: [UInt8] = []
    private var chain: UInt64 = 0
    /// The hash of the head once it is whole; until then the head is `recent`.
    private var wholeHead: UInt64?

    package init() {}

    /// Takes up the fingerprint of a position again.
    ///
    /// `recent`: the bytes before the position's offset that its marker covers.
    package init(position: SourcePosition, recent: [UInt8]) {
        offset = position.offset
        self.recent = recent
        chain = UInt64(bitPattern: position.chainHash)
        if offset >= Int64(Self.blockLength) { wholeHead = UInt64(bitPattern: position.headHash) }
    }

    /// Takes the bytes that follow.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        var taken = 0
        let begun = Int(offset % Int64(Self.blockLength))
        if begun > 0 {
            taken = min(Self.blockLength - begun, bytes.count)
            if begun + taken == Self.blockLength {
                link(recent.suffix(begun) + bytes.prefix(taken))
            }
        }
        while bytes.count - taken >= Self.blockLength {
            let block = bytes[taken..<taken + Self.blockLength]
            link(UnsafeRawBufferPointer(rebasing: block))
            taken += Self.blockLength
        }
        remember(bytes)
        offset += Int64(bytes.count)
    }

    /// Writes the hashes and the offset into a position.
    package func mark(_ position: inout SourcePosition) {
        position.offset = offset
        position.headLength = min(offset, Int64(Self.blockLength))
        position.headHash = Int64(bitPattern: wholeHead ?? Self.hash(recent))  // a short head
        position.tailHash = Int64(bitPattern: Self.hash(recent))
        position.chainHash = Int64(bitPattern: chain)
    }

    /// Whether a position stands here and has the same bytes before it.
    package func isAt(_ position: SourcePosition) -> Bool {
        guard position.offset > 0 else { return offset == 0 }
        var own = position
        mark(&own)
        // Databases of before version 2 have no chain.
        if position.chainHash == 0 { own.chainHash = 0 }
        return own == position
    }

    private mutating func link(_ block: [UInt8]) {
        block.withUnsafeBytes { link($0) }
    }

    private mutating func link(_ block: UnsafeRawBufferPointer) {
        if wholeHead == nil { wholeHead = SipHash.hash(block) }
        chain = SipHash.hash(block, key: chain)
    }

    private mutating func remember(_ bytes: UnsafeRawBufferPointer) {
        if bytes.count >= Self.blockLength {
            recent = Array(bytes[(bytes.count - Self.blockLength)...])
            return
        }
        let surplus = recent.count + bytes.count - Self.blockLength
        if surplus > 0 { recent.removeFirst(surplus) }
        recent.append(contentsOf: bytes)
    }

    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBytes { SipHash.hash($0) }
    }
}
