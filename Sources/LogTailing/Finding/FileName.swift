/// What a file's name says about it.
enum FileName {
    private static let logEndings = ["jsonl", "ndjson", "json", "log"].map { Array($0.utf8) }
    /// Packed in a way that is not read.
    private static let otherArchives = [
        "bz2", "xz", "lzma", "lz4", "lz", "z", "zip", "7z", "br", "tar", "tgz",
    ].map { Array($0.utf8) }

    /// Whether it is the name of a log, also of one that was rotated.
    ///
    /// One of the parts between dots has to be `jsonl`, `ndjson`, `json` or `log`, in any case.
    /// Rotation puts a number or a date behind it (`app.log.1`, `app.jsonl-20261123.gz`), also in
    /// the part itself, after anything but a letter or digit: so not `log4j.properties`.
    static func looksLikeLog(_ name: String) -> Bool {
        let parts = name.utf8.map(lowercase).split(
            separator: UInt8(ascii: "."),
            omittingEmptySubsequences: false
        )
        let isLog = parts.contains { part in
            let word = part.prefix(while: isOfWord)
            return logEndings.contains { word.elementsEqual($0) }
        }
        return isLog
            && !parts.dropFirst().contains { part in
                otherArchives.contains { part.elementsEqual($0) }
            }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// Letters, digits, and all that is no ASCII.
    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
            true
        default: false
        }
    }

    /// Whether it is the name of a SQLite database, ours or another, or of a file beside one.
    ///
    /// Following our own would feed it with itself.
    static func isDatabase(_ name: String) -> Bool {
        if name.hasSuffix("-write.lock") || name.hasSuffix("-follow.lock") { return true }
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return false }
        let ending = name[name.index(after: dot)...]
        return ending.hasPrefix("sqlite")
            || ["db", "db-wal", "db-shm", "db-journal"].contains(ending)
    }
}
