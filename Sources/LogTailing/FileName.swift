/// What a file's name says about it.
enum FileName {
    private static let logEndings: Set = ["jsonl", "ndjson", "json", "log"]
    /// Packed in a way that is not read.
    private static let otherArchives: Set = [
        "bz2", "xz", "lzma", "lz4", "lz", "z", "zip", "7z", "br", "tar", "tgz",
    ]

    /// Whether it is the name of a log, also of one that was rotated.
    ///
    /// One of the parts between dots has to be `jsonl`, `ndjson`, `json` or `log`, in any case.
    /// Rotation puts a number or a date behind it (`app.log.1`, `app.jsonl-20261123.gz`), also in
    /// the part itself, after anything but a letter or digit: so not `log4j.properties`.
    static func looksLikeLog(_ name: String) -> Bool {
        let parts = name.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        let isLog = parts.contains { part in
            logEndings.contains(String(part.prefix { $0.isLetter || $0.isNumber }))
        }
        return isLog && !parts.dropFirst().contains { otherArchives.contains(String($0)) }
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
