/// Blanks out what is no code: comments, and the contents of string literals.
///
/// Knows line and nested block comments, raw and multi-line strings, and that interpolated code is
/// code. Line ends stay, so that line numbers do.
struct CodeScanner {
    private let text: [Character]
    private var position = 0
    private var output = ""

    /// The text with blanks in place of all that is no code.
    static func code(of text: String) -> String {
        var scanner = CodeScanner(text: Array(text))
        scanner.scanCode(untilParenthesis: false)
        return scanner.output
    }

    private init(text: [Character]) { self.text = text }

    private func follows(_ word: String) -> Bool {
        var place = position
        for character in word {
            guard place < text.count, text[place] == character else { return false }
            place += 1
        }
        return true
    }

    private mutating func take(_ count: Int = 1, isCode: Bool) {
        for _ in 0..<count where position < text.count {
            let character = text[position]
            output.append(isCode || character == "\n" ? character : " ")
            position += 1
        }
    }

    /// Walks code to its end, or to the parenthesis that closes an interpolation.
    private mutating func scanCode(untilParenthesis: Bool) {
        var depth = 0
        while position < text.count {
            if follows("//") {
                while position < text.count, text[position] != "\n" { take(isCode: false) }
            } else if follows("/*") {
                scanBlockComment()
            } else if let hashes = hashesOfString() {
                scanString(hashes: hashes)
            } else {
                if text[position] == "(" { depth += 1 }
                if text[position] == ")" {
                    depth -= 1
                    if untilParenthesis, depth == 0 { return take(isCode: true) }
                }
                take(isCode: true)
            }
        }
    }

    private mutating func scanBlockComment() {
        var depth = 0
        repeat {
            if follows("/*") {
                depth += 1
                take(2, isCode: false)
            } else if follows("*/") {
                depth -= 1
                take(2, isCode: false)
            } else {
                take(isCode: false)
            }
        } while depth > 0 && position < text.count
    }

    /// How many `#` a string literal that begins here has; `nil` where none does.
    private func hashesOfString() -> Int? {
        var place = position
        while place < text.count, text[place] == "#" { place += 1 }
        return place < text.count && text[place] == "\"" ? place - position : nil
    }

    private mutating func scanString(hashes: Int) {
        let marks = String(repeating: "#", count: hashes)
        take(hashes, isCode: false)
        let quotes = follows("\"\"\"") ? "\"\"\"" : "\""
        take(quotes.count, isCode: true)
        while position < text.count {
            if follows(quotes + marks) {
                take(quotes.count, isCode: true)
                return take(hashes, isCode: false)
            }
            if follows("\\" + marks + "(") {
                take(1 + hashes, isCode: false)
                scanCode(untilParenthesis: true)
            } else {
                take(follows("\\" + marks) ? 2 + hashes : 1, isCode: false)
            }
        }
    }
}
