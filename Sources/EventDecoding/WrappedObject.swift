import CSimdjson

/// Tells by its exact members whether an object is a wrapper, and finds what it holds.
///
/// An object with `event` is an event, whatever else stands in it.
enum WrappedObject {
    /// The part of a record that an object of Docker's holds: `log`, `stream` and `time` are strings,
    /// and the stream one of the two.
    static func dockerPart(_ fields: LineFields) -> RecordPart? {
        guard !fields.present.contains(.event), let log = fields.last("log"), log.type == .string,
            let stream = fields.last("stream"), stream.type == .string,
            let time = fields.last("time"), time.type == .string,
            let stream = RecordPart.Stream(named: fields.token(of: stream))
        else { return nil }
        let token = fields.token(of: log)
        let lineFeed = lengthOfLineFeed(endOf: token)
        return RecordPart(
            stream: stream,
            isLast: lineFeed > 0,
            text: UnsafeRawBufferPointer(rebasing: token[..<(token.count - lineFeed)]),
            isEscaped: true
        )
    }

    /// The `MESSAGE` of a journal entry, which has at least one of the addresses that `journalctl`
    /// writes into each.
    static func journalMessage(_ fields: LineFields) -> CSimdjsonField? {
        guard !fields.present.contains(.event), let message = fields.last("MESSAGE"),
            fields.last("__CURSOR") != nil || fields.last("__REALTIME_TIMESTAMP") != nil
        else { return nil }
        return message
    }

    /// How many bytes of a string's token write the line feed that ends it; 0 where none does.
    private static func lengthOfLineFeed(endOf token: UnsafeRawBufferPointer) -> Int {
        for (form, length) in [("\\n" as StaticString, 2), ("\\u000a", 6), ("\\u000A", 6)] {
            guard token.count >= length else { continue }
            let start = token.count - length
            guard UnsafeRawBufferPointer(rebasing: token[start...]).isEqual(to: form) else {
                continue
            }
            // A backslash that is escaped itself begins no escape.
            var before = start
            while before > 0, token[before - 1] == UInt8(ascii: "\\") { before -= 1 }
            return (start - before).isMultiple(of: 2) ? length : 0
        }
        return 0
    }
}

extension LineFields {
    /// The last member of a name; where it is null too.
    fileprivate func last(_ name: StaticString) -> CSimdjsonField? {
        (0..<count).last { key(of: fields[$0]).isEqual(to: name) }.map { fields[$0] }
    }
}
