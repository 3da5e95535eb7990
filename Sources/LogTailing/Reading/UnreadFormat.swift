/// Formats that are no text in UTF-8 and are not unpacked, told from their first bytes.
enum UnreadFormat {
    /// How many first bytes `problem` looks at.
    static let magicLength = 8

    private static let archives: [(name: String, command: String, magic: [UInt8])] = [
        ("xz", "xz -dc", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]),
        ("bzip2", "bzip2 -dc", Array("BZh".utf8)),
        ("zip", "unzip -p", [0x50, 0x4B, 0x03, 0x04]),
        ("lz4", "lz4 -dc", [0x04, 0x22, 0x4D, 0x18]),
    ]
    /// What stands behind `BZh` and a digit: no line of text goes on so.
    private static let bzip2Block: [UInt8] = [0x31, 0x41, 0x59, 0x26]

    /// Why a content is not read; `nil` where it may be.
    static func problem(firstBytes: [UInt8]) -> ArchiveError? {
        if firstBytes.starts(with: [0xFF, 0xFE]) || firstBytes.starts(with: [0xFE, 0xFF]) {
            return .unsupported(
                reason: "it is text in UTF-16",
                advice: "convert it with `iconv -f UTF-16 -t UTF-8`"
            )
        }
        let archive = archives.first { firstBytes.starts(with: $0.magic) }
        guard let archive else { return nil }
        if archive.name == "bzip2", !firstBytes.dropFirst(4).starts(with: bzip2Block) { return nil }
        return .unsupported(
            reason: "it is packed by \(archive.name)",
            advice: "unpack it, as in: \(archive.command) FILE | agentwatch ingest -"
        )
    }
}
