/// Text from logs made fit for a terminal: what could move the cursor, change colours or reverse
/// the reading direction is shown as an escape and does nothing.
package enum SafeText {
    /// One line.
    package static func line(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        var safe = ""
        for scalar in text.unicodeScalars {
            if !isUnsafe(scalar) {
                safe.unicodeScalars.append(scalar)
                continue
            }
            switch scalar {
            case "\n": safe += "\\n"
            case "\r": safe += "\\r"
            case "\t": safe += "\\t"
            default: safe += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return safe
    }

    /// Bytes that need not be UTF-8.
    package static func line(_ bytes: some Collection<UInt8>) -> String {
        line(String(decoding: bytes, as: UTF8.self))
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7e: false
        case 0..<0x20, 0x7f...0x9f: true
        // Zero width and directional marks, line separators, and the tags of plane 14. The joiner
        // 200d stays: emoji are made with it, and it hides nothing in a name that is only shown.
        case 0x200b, 0x200c, 0x200e, 0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff: true
        case 0xe0000...0xe0fff: true
        default: false
        }
    }
}
