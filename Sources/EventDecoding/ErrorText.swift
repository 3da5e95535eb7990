/// The text of an error in the form that is stored: equal errors become equal texts.
///
/// Runs of digits become `#`, identifiers (UUIDs, long hexadecimal or mixed words) `<id>`, white
/// space one space; secrets are masked; at most 200 bytes remain, cut between characters.
package enum ErrorText {
    /// How long a stored error text is at most.
    package static let maxBytes = 200

    /// Appends the normal form of a text.
    package static func append(_ text: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        if let masked = SecretMask.masked(text) {
            masked.withUnsafeBytes { appendNormal($0, to: &output) }
        } else {
            appendNormal(text, to: &output)
        }
    }

    private static func appendNormal(_ text: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        let start = output.count
        var position = 0
        while position < text.count, output.count - start <= maxBytes {
            if let end = maskedSecret(in: text, at: position) ?? uncommonEnd(text, position) {
                output.append(contentsOf: text[position..<end])
                position = end
            } else if isAlphanumeric(text[position]) {
                position = appendWord(of: text, at: position, to: &output)
            } else {
                // A run of white space and control characters is one space, none at the start.
                while position < text.count, text[position] <= 0x20 { position += 1 }
                if output.count > start, position < text.count {
                    output.append(UInt8(ascii: " "))
                }
            }
        }
        cut(&output, to: start + maxBytes)
    }

    /// The end of the one byte here where it is neither of a word nor white space.
    private static func uncommonEnd(_ text: UnsafeRawBufferPointer, _ position: Int) -> Int? {
        isAlphanumeric(text[position]) || text[position] <= 0x20 ? nil : position + 1
    }

    /// The end of a masked secret that begins here; it stays as it is.
    private static func maskedSecret(in text: UnsafeRawBufferPointer, at position: Int) -> Int? {
        guard text[position] == UInt8(ascii: "[") else { return nil }
        let end = position + SecretMask.opening.count + 9
        return end <= text.count && text[position...].starts(with: SecretMask.opening) ? end : nil
    }

    /// Appends the normal form of the word here and returns where it ends.
    private static func appendWord(
        of text: UnsafeRawBufferPointer,
        at start: Int,
        to output: inout [UInt8]
    ) -> Int {
        let id = "<id>".utf8
        if let end = uuidEnd(in: text, at: start) {
            output.append(contentsOf: id)
            return end
        }
        var end = start
        var digits = 0
        var hexDigits = 0
        while end < text.count, isAlphanumeric(text[end]) {
            if isDigit(text[end]) { digits += 1 }
            if isHexDigit(text[end]) { hexDigits += 1 }
            end += 1
        }
        let length = end - start
        let isMixed = digits > 0 && digits < length
        let isHex = length >= 8 && hexDigits == length
        let isAddress =
            length >= 6 && hexDigits == length - 1 && text[start + 1] == UInt8(ascii: "x")
        if isMixed, length >= 16 || isHex || isAddress {
            output.append(contentsOf: id)
            return end
        }
        var wasDigit = false
        for byte in text[start..<min(end, start + maxBytes + 1)] {
            if !isDigit(byte) {
                output.append(byte)
            } else if !wasDigit {
                output.append(UInt8(ascii: "#"))
            }
            wasDigit = isDigit(byte)
        }
        return end
    }

    /// The end of a UUID (8-4-4-4-12 hexadecimal digits) that begins here.
    private static func uuidEnd(in text: UnsafeRawBufferPointer, at start: Int) -> Int? {
        let end = start + 36
        guard end <= text.count, end == text.count || !isAlphanumeric(text[end]) else { return nil }
        for position in 0..<36 {
            let isDash = position == 8 || position == 13 || position == 18 || position == 23
            let byte = text[start + position]
            guard isDash ? byte == UInt8(ascii: "-") : isHexDigit(byte) else { return nil }
        }
        return end
    }

    /// Cuts a text to a length, back to a boundary between characters.
    static func cut(_ output: inout [UInt8], to length: Int) {
        guard output.count > length else { return }
        var end = length
        while end > 0, output[end] & 0xc0 == 0x80 { end -= 1 }
        output.removeSubrange(end...)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 6
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26
    }
}
