/// What stands on a line once its edges are taken off.
enum LineText {
    case blank
    /// Text in which no JSON object begins.
    case plain
    /// The line from its `{` on, without a logger's prefix.
    case object(UnsafeRawBufferPointer)

    /// Takes off a byte order mark (at the start of a file), NULs before the text (a hole that a
    /// truncated file leaves), white space before it and a carriage return after it.
    init(_ line: UnsafeRawBufferPointer, isFirst: Bool) {
        var start = 0
        var end = line.count
        if end > 0, line[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        if isFirst, end >= 3, line[0] == 0xef, line[1] == 0xbb, line[2] == 0xbf { start = 3 }
        while start < end, Self.isBlank(line[start]) { start += 1 }
        guard start < end else {
            self = .blank
            return
        }
        if line[start] == UInt8(ascii: "{") {
            self = .object(.init(rebasing: line[start..<end]))
            return
        }
        while start + 1 < end {
            if line[start] == UInt8(ascii: "{"), line[start + 1] == UInt8(ascii: "\"") {
                self = .object(.init(rebasing: line[start..<end]))
                return
            }
            start += 1
        }
        self = .plain
    }

    /// The line from its first byte on that is not taken off before the text.
    static func withoutStart(
        _ line: UnsafeRawBufferPointer,
        isFirst: Bool
    ) -> UnsafeRawBufferPointer {
        let mark: StaticString = "\u{feff}"
        let text = isFirst && line.begins(with: mark) ? line[3...] : line[...]
        return UnsafeRawBufferPointer(rebasing: text.drop(while: isBlank))
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0 || (byte >= 0x09 && byte <= 0x0d)
    }
}
