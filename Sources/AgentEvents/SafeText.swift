/// Text from outside, made fit for one line on a terminal.
///
/// What could move the cursor, change colours, reverse the reading direction or hide is shown as an
/// escape and does nothing.
package enum SafeText {
    /// One line.
    package static func line(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        return text.unicodeScalars.reduce(into: "") { $0 += isUnsafe($1) ? escape($1) : String($1) }
    }

    /// Bytes that need not be UTF-8.
    package static func line(_ bytes: some Collection<UInt8>) -> String {
        line(String(decoding: bytes, as: UTF8.self))
    }

    /// One line of at most `max` characters of the text, with `...` where more were there.
    ///
    /// `unwanted`: further characters to escape, as `\u{7c}`.
    package static func line(_ text: String, without unwanted: String = "", max: Int) -> String {
        var safe = ""
        for (index, scalar) in text.unicodeScalars.enumerated() {
            guard index < max else { return safe + "..." }
            let isUnwanted = isUnsafe(scalar) || unwanted.unicodeScalars.contains(scalar)
            safe += isUnwanted ? escape(scalar) : String(scalar)
        }
        return safe
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{\(String(scalar.value, radix: 16))}"
        }
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20...0x7e).contains(scalar.value) { return false }
        // The zero width joiner stays: emoji are made with it, and it hides nothing in a name that is
        // only shown.
        if scalar.value == 0x200d { return false }
        // No characters at all, which XML refuses, and an SVG file that stands alone is XML.
        if scalar.value == 0xfffe || scalar.value == 0xffff { return true }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: true
        default: false
        }
    }
}
