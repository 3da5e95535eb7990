import AgentEvents

/// A record of which only the first parts have come.
struct SplitRecord {
    let offset: Int64
    /// Whether `text` is the token of a JSON string.
    ///
    /// Tokens are joined before they are read: a pair of escapes may be split between two.
    let isEscaped: Bool
    let text: RecordText
    private(set) var lines: Int64 = 0
    /// Bytes of the parts that were added without being kept.
    private var lost: Int64 = 0

    /// `text`: empty memory.
    init(offset: Int64, isEscaped: Bool, text: RecordText) {
        self.offset = offset
        self.isEscaped = isEscaped
        self.text = text
    }

    mutating func append(_ part: RecordPart) {
        lines += 1
        text.append(part.text)
    }

    /// Counts a part that makes the record too long, so that nothing of it need be kept.
    mutating func passOver(_ part: RecordPart) {
        lines += 1
        lost += Int64(part.text.count)
    }

    /// The record as it stands.
    ///
    /// Its bytes are those of `text`, which is no token any more.
    func record() -> LogRecord {
        if isEscaped { text.unescape() }
        let bytes = text.bytes
        return LogRecord(
            bytes: bytes,
            offset: offset,
            length: Int64(bytes.count) + lost,
            lines: lines,
            rejection: lost > 0 ? .lineTooLong : nil
        )
    }
}
