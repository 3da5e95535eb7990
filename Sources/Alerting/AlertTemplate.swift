/// Fills in `{value}`, `{threshold}` and `{labels.agent}` in the texts of a rule.
enum AlertTemplate {
    /// A stretch of a template.
    private enum Piece {
        case text(Substring)
        case placeholder(Substring)
    }

    /// The names between braces, in order.
    static func placeholders(of template: String) -> [String] {
        pieces(of: template).compactMap { piece in
            if case .placeholder(let name) = piece { String(name) } else { nil }
        }
    }

    /// The text; what has no value stays as it is, since a broken template never stops an alert.
    static func fill(_ template: String, with values: [String: String]) -> String {
        var filled = ""
        for piece in pieces(of: template) {
            switch piece {
            case .text(let text): filled += text
            case .placeholder(let name): filled += values[String(name)] ?? "{\(name)}"
            }
        }
        return filled
    }

    /// A placeholder is a brace, letters, dots and underscores, and a closing brace.
    private static func pieces(of template: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = template[...]
        while let open = rest.firstIndex(of: "{") {
            let inside = rest[rest.index(after: open)...]
            let name = inside.prefix { $0.isLetter || $0 == "." || $0 == "_" }
            pieces.append(.text(rest[..<open]))
            if !name.isEmpty, name.endIndex < inside.endIndex, inside[name.endIndex] == "}" {
                pieces.append(.placeholder(name))
                rest = inside[inside.index(after: name.endIndex)...]
            } else {
                pieces.append(.text("{"))
                rest = inside
            }
        }
        return pieces + [.text(rest)]
    }
}
