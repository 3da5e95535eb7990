/// How many columns of a terminal a text takes, and what of it fits into some.
///
/// A fixed table, since the C library's answer hangs on the locale.
package enum DisplayWidth {
    /// The columns of a text that holds no control characters.
    package static func of(_ text: String) -> Int {
        // ASCII has a column a byte, line ends (two scalars in one character) excepted.
        if text.utf8.allSatisfy({ $0 < 0x7f }) { return text.utf8.count }
        return text.reduce(0) { $0 + of($1) }
    }

    /// The text, cut with an ellipsis where it is wider than `columns`.
    package static func fitted(_ text: String, _ columns: Int, keepsEnd: Bool = false) -> String {
        guard of(text) > columns else { return text }
        return keepsEnd
            ? "…" + String(beginning(text.reversed(), columns - 1).reversed())
            : String(beginning(text, columns - 1)) + "…"
    }

    /// The first characters that fit.
    private static func beginning(_ text: some Sequence<Character>, _ columns: Int) -> [Character] {
        var width = 0
        var kept: [Character] = []
        for character in text {
            width += of(character)
            if width > columns { break }
            kept.append(character)
        }
        return kept
    }

    private static func of(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if character.unicodeScalars.contains("\u{fe0f}") || first.properties.isEmojiPresentation {
            return 2
        }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return isWide(first.value) ? 2 : 1
        }
    }

    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x4dbf, 0x4e00...0xa4cf, 0xa960...0xa97f,
            0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6,
            0x1f300...0x1f64f, 0x1f900...0x1f9ff, 0x20000...0x3fffd:
            true
        default: false
        }
    }
}
