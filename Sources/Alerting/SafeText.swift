/// Texts from logs, made fit for one line of output.
enum SafeText {
    /// Escapes what would end the line, start performance data or steer a terminal, and the given
    /// characters, as `\u{7c}`; cuts long texts.
    static func escaped(_ text: String, also unwanted: String = "", upTo limit: Int = 120) -> String
    {
        var safe = ""
        for (index, scalar) in text.unicodeScalars.enumerated() {
            if index == limit { return safe + "..." }
            if scalar == "|" || isInvisible(scalar) || unwanted.unicodeScalars.contains(scalar) {
                safe += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: true
        default: false
        }
    }
}
