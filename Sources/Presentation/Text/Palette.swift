/// What a stretch of text means; the palette says how that looks.
package enum TextStyle: Sendable {
    case plain
    /// Headings.
    case strong
    /// What may be skipped.
    case faint
    case good
    case near
    case bad
}

/// Colours, or none of them.
package struct Palette: Sendable, Equatable {
    package var isColored: Bool

    package static let plain = Palette(isColored: false)

    /// The text in a style; the text itself where there are no colours.
    package func paint(_ text: String, _ style: TextStyle) -> String {
        guard isColored, !text.isEmpty, let code = Self.code(style) else { return text }
        return "\u{1b}[\(code)m\(text)\u{1b}[0m"
    }

    private static func code(_ style: TextStyle) -> String? {
        switch style {
        case .plain: nil
        case .strong: "1"
        case .faint: "2"
        case .good: "32"
        case .near: "33"
        case .bad: "1;31"
        }
    }
}
