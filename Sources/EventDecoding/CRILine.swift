/// Reads lines of Kubernetes' container logs: `<time> <stream> <tags> <text>`.
enum CRILine {
    /// No RFC 3339 time is shorter (`2026-01-01T00:00:00Z`) or longer (nine digits and an offset).
    static let timeLengths = 20...35

    /// Whether a line of more than two bytes seems to begin with a time and the name of a stream.
    static func isLikely(_ line: UnsafeRawBufferPointer) -> Bool {
        guard line.count > 28, line[10] == UInt8(ascii: "T"), line[4] == UInt8(ascii: "-"),
            let space = timeEnd(line)
        else { return false }
        return stream(line, after: space) != nil
    }

    /// The part that a line holds; nothing where it has not this form.
    static func part(_ line: UnsafeRawBufferPointer) -> RecordPart? {
        guard let space = timeEnd(line), let stream = stream(line, after: space),
            hasZone(line[..<space]),
            TimestampParser.text(UnsafeRawBufferPointer(rebasing: line[..<space])) != nil
        else { return nil }
        // What ends the line belongs to no part.
        let end = line.last == UInt8(ascii: "\r") ? line.count - 1 : line.count
        var tag = space + 8
        guard tag < end else { return nil }
        let isLast = line[tag] == UInt8(ascii: "F")
        guard isLast || line[tag] == UInt8(ascii: "P") else { return nil }
        tag += 1
        // More tags may follow behind a colon; none is known.
        if tag < end, line[tag] == UInt8(ascii: ":") {
            while tag < end, line[tag] != 0x20 { tag += 1 }
        }
        guard tag == end || line[tag] == 0x20 else { return nil }
        return RecordPart(
            stream: stream,
            isLast: isLast,
            text: UnsafeRawBufferPointer(rebasing: line[min(tag + 1, end)..<end]),
            isEscaped: false
        )
    }

    /// Where the space after the time stands.
    private static func timeEnd(_ line: UnsafeRawBufferPointer) -> Int? {
        let most = min(timeLengths.upperBound, line.count - 1)
        guard timeLengths.lowerBound <= most else { return nil }
        return (timeLengths.lowerBound...most).first { line[$0] == 0x20 }
    }

    private static func stream(
        _ line: UnsafeRawBufferPointer,
        after space: Int
    ) -> RecordPart.Stream? {
        guard space + 7 < line.count, line[space + 7] == 0x20 else { return nil }
        return RecordPart.Stream(
            named: UnsafeRawBufferPointer(rebasing: line[(space + 1)..<(space + 7)])
        )
    }

    /// Whether a time says its zone, as a runtime always does.
    private static func hasZone(_ time: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard let last = time.last else { return false }
        return last == UInt8(ascii: "Z")
            || time[time.endIndex - 3] == UInt8(ascii: ":")
                && (time[time.endIndex - 6] == UInt8(ascii: "+")
                    || time[time.endIndex - 6] == UInt8(ascii: "-"))
    }
}
