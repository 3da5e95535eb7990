/// Text with the palette's escape sequences in it.
package enum StyledText {
    /// How many columns it takes; the sequences take none.
    package static func width(_ text: String) -> Int {
        parts(text).reduce(0) { $0 + ($1.isSequence ? 0 : DisplayWidth.of(String($1.text))) }
    }

    /// The text, cut with an ellipsis where it is wider than `columns`; its colours end there, too.
    package static func fitted(_ text: String, _ columns: Int) -> String {
        guard width(text) > columns else { return text }
        var rest = columns
        var fitted = ""
        var isStyled = false
        for part in parts(text) {
            if part.isSequence {
                fitted += part.text
                isStyled = true
                continue
            }
            let width = DisplayWidth.of(String(part.text))
            // A part that fits exactly is cut, too, where more follows, to show that it does.
            if width < rest {
                fitted += part.text
                rest -= width
            } else {
                fitted += DisplayWidth.fitted(part.text + "  ", rest)
                break
            }
        }
        return isStyled ? fitted + "\u{1b}[0m" : fitted
    }

    /// A run of plain characters, or one sequence.
    private struct Part {
        var text: Substring
        var isSequence: Bool
    }

    private static func parts(_ text: String) -> [Part] {
        var parts: [Part] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "\u{1b}") {
            if start > rest.startIndex {
                parts.append(Part(text: rest[..<start], isSequence: false))
            }
            let end = rest[start...].firstIndex(of: "m").map(rest.index(after:)) ?? rest.endIndex
            parts.append(Part(text: rest[start..<end], isSequence: true))
            rest = rest[end...]
        }
        if !rest.isEmpty { parts.append(Part(text: rest, isSequence: false)) }
        return parts
    }
}
