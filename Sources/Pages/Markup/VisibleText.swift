import AgentEvents
import Presentation

/// Text of logs made fit for a page.
enum VisibleText {
    /// One line in which what is invisible and could mislead is shown as an escape.
    ///
    /// A noncharacter is no error in HTML's eyes alone: SVG files that stand alone are XML, which
    /// refuses U+FFFE and U+FFFF.
    static func line(_ text: String) -> String {
        let safe = SafeText.line(text)
        guard safe.unicodeScalars.contains(where: isMisleading) else { return safe }
        var visible = ""
        for scalar in safe.unicodeScalars {
            if isMisleading(scalar) {
                visible += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                visible.unicodeScalars.append(scalar)
            }
        }
        return visible
    }

    /// What terminals need no protection from, and pages do.
    private static func isMisleading(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x61c, 0x180e, 0xad: true
        case 0xfffe, 0xffff: true
        default: false
        }
    }
}
