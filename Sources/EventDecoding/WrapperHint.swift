/// What may be wrapped around a line, told by its first bytes alone.
///
/// Nearly every line is told to be ordinary by one to three of its bytes. The others are looked at
/// whole; then most turn out to be what they seemed.
enum WrapperHint {
    case ordinary
    /// It begins like an object that Docker's `json-file` driver writes.
    case docker
    /// It begins with `<time> stdout ` or `<time> stderr `.
    case cri
    /// It begins like an object that `journalctl -o json` writes.
    case journal

    /// Looks at a line that begins with its text: no white space, mark or NULs before it.
    init(_ line: UnsafeRawBufferPointer) {
        guard line.count > 2 else {
            self = .ordinary
            return
        }
        switch line[0] {
        case UInt8(ascii: "{"): self = Self.object(line)
        case 0x30...0x39: self = CRILine.isLikely(line) ? .cri : .ordinary
        default: self = .ordinary
        }
    }

    @inline(__always)
    private static func object(_ line: UnsafeRawBufferPointer) -> WrapperHint {
        var position = 1
        while position + 1 < line.count, isWhiteSpace(line[position]) { position += 1 }
        guard position + 1 < line.count, line[position] == UInt8(ascii: "\"") else {
            return .ordinary
        }
        switch line[position + 1] {
        // The journal's fields are named in capitals.
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): return .journal
        case UInt8(ascii: "l"), UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "a"):
            return beginsLikeDocker(line, at: position) ? .docker : .ordinary
        default: return .ordinary
        }
    }

    /// Whether the first key is `log` or `attrs`, with none but `stream` and `time` before it.
    ///
    /// Loggers begin their own lines with `time` too, so that key alone is no sign.
    private static func beginsLikeDocker(_ line: UnsafeRawBufferPointer, at key: Int) -> Bool {
        var position = key
        while position < line.count {
            let rest = UnsafeRawBufferPointer(rebasing: line[position...])
            if rest.begins(with: "\"log\"") || rest.begins(with: "\"attrs\"") { return true }
            let next: Int?
            if rest.begins(with: "\"time\"") {
                next = afterValue(line, from: position + 6, lengths: CRILine.timeLengths)
            } else if rest.begins(with: "\"stream\"") {
                next = afterValue(line, from: position + 8, lengths: 6...6)
            } else {
                return false
            }
            guard let next else { return false }
            position = next
        }
        return false
    }

    /// Where the next key begins, when a colon and a string of such a length stand before it.
    private static func afterValue(
        _ line: UnsafeRawBufferPointer,
        from start: Int,
        lengths: ClosedRange<Int>
    ) -> Int? {
        guard let quote = after(UInt8(ascii: ":"), line: line, start: start), quote < line.count,
            line[quote] == UInt8(ascii: "\"")
        else { return nil }
        var end = quote + 1 + lengths.lowerBound
        let most = min(quote + 1 + lengths.upperBound, line.count - 1)
        while end <= most, line[end] != UInt8(ascii: "\"") { end += 1 }
        return end <= most ? after(UInt8(ascii: ","), line: line, start: end + 1) : nil
    }

    /// Where text goes on behind a byte that stands here, white space passed over.
    private static func after(
        _ byte: UInt8,
        line: UnsafeRawBufferPointer,
        start: Int
    ) -> Int? {
        var position = start
        while position < line.count, isWhiteSpace(line[position]) { position += 1 }
        guard position < line.count, line[position] == byte else { return nil }
        position += 1
        while position < line.count, isWhiteSpace(line[position]) { position += 1 }
        return position
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}

extension UnsafeRawBufferPointer {
    /// Whether the first bytes are those of a literal.
    @inline(__always)
    func begins(with literal: StaticString) -> Bool {
        guard count >= literal.utf8CodeUnitCount else { return false }
        for position in 0..<literal.utf8CodeUnitCount
        where self[position] != literal.utf8Start[position] {
            return false
        }
        return true
    }
}
