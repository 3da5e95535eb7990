/// Texts from outside, made fit for one line that people read on a terminal.
enum PlainText {
    /// On one line, without what steers a terminal, at most so many scalars.
    static func line(_ text: String, upTo limit: Int) -> String {
        var line = ""
        for scalar in text.unicodeScalars.prefix(limit + 1) {
            if isInvisible(scalar) {
                line += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
        return line.cut(to: limit)
    }

    /// In quotes where a space, a quote or an equals sign stands in it.
    static func quoted(_ text: String) -> String {
        let line = line(text, upTo: 500)
        guard line.contains(where: { " \"=\\".contains($0) }) else { return line }
        return "\"" + line.replacing("\"", with: "\\\"") + "\""
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: true
        default: false
        }
    }
}
