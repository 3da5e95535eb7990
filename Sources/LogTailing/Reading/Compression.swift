/// How a file is compressed, told from its first bytes and never from its name.
package enum Compression: Sendable {
    case gzip
    case zstd

    /// How many of a file's first bytes `detect` looks at.
    package static let magicLength = 4

    /// What the first bytes of a file stand for; `nil` for a plain file.
    ///
    /// Fewer than `magicLength` bytes may be the start of an archive that is still being written:
    /// no log line begins like one, so what such a file is can be decided when it has grown.
    package static func detect(_ firstBytes: [UInt8]) -> Compression? {
        if firstBytes.starts(with: [0x1F, 0x8B]) { return .gzip }
        if firstBytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return .zstd }
        guard let first = firstBytes.first, (0x50...0x5F).contains(first) else { return nil }
        // A skippable frame, as parallel and seekable compressors put before the first one.
        return firstBytes.dropFirst().starts(with: [0x2A, 0x4D, 0x18]) ? .zstd : nil
    }
}
