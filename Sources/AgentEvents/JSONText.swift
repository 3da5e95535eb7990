/// Strings as JSON has them.
package enum JSONText {
    /// The text in quotes, with control characters as escapes: also those that JSON lets through
    /// and that do no good in a terminal.
    package static func quoted(_ text: String) -> String {
        // Nearly always there is nothing to escape.
        let isPlain = text.utf8.allSatisfy {
            $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        if isPlain { return "\"" + text + "\"" }
        var json = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": json += "\\\""
            case "\\": json += "\\\\"
            case "\n": json += "\\n"
            case "\r": json += "\\r"
            case "\t": json += "\\t"
            case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}":
                json += "\\u" + Hexadecimal.text(UInt64(scalar.value), digits: 4)
            default: json.unicodeScalars.append(scalar)
            }
        }
        return json + "\""
    }
}
