/// A Swift file, once as it stands and once as code alone.
struct SwiftSource {
    let path: String
    /// The lines as they stand.
    let lines: [Substring]
    /// The same lines with blanks in place of comments and of what stands in string literals.
    let code: [Substring]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        code = CodeScanner.code(of: text).split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The numbers, from 1, of the lines whose code matches.
    ///
    /// A word ends at a dot here; by Unicode's rules, which regexes follow, `a.b` is one word.
    func places(of pattern: Regex<Substring>) -> [Int] {
        let pattern = pattern.wordBoundaryKind(.simple)
        return code.indices.filter { code[$0].contains(pattern) }.map { $0 + 1 }
    }

    /// Whether a line, or the one above it, or the run of like lines above it, has a comment.
    func isExplained(_ number: Int, among places: Set<Int>) -> Bool {
        if lines[number - 1].contains("//") { return true }
        guard number > 1 else { return false }
        if lines[number - 2].contains("//") { return true }
        return places.contains(number - 1) && isExplained(number - 1, among: places)
    }

    /// A function with the lines it takes, its declaration and its last brace included.
    struct Function {
        var line: Int
        var length: Int
    }

    /// The functions, initialisers and subscripts that have a body.
    func functions() -> [Function] {
        let declaration = /(^|[^.\w])(func\s|init[?(<]|deinit\b|subscript[(<])/
        return code.indices.compactMap { index in
            guard code[index].contains(declaration), let end = endOfBody(from: index) else {
                return nil
            }
            return Function(line: index + 1, length: end - index + 1)
        }
    }

    /// The line of the brace that closes the first one outside of parentheses.
    ///
    /// `nil` where there is none before the surrounding type ends. A requirement of a protocol is
    /// taken to end with the next thing in braces, which is short.
    private func endOfBody(from start: Int) -> Int? {
        var parentheses = 0
        var braces = 0
        for index in start..<code.count {
            for character in code[index] {
                switch character {
                case "(", "[": parentheses += 1
                case ")", "]": parentheses -= 1
                case "{" where parentheses == 0 || braces > 0: braces += 1
                case "}" where braces > 1: braces -= 1
                case "}" where parentheses == 0 || braces > 0: return braces == 1 ? index : nil
                default: break
                }
            }
        }
        return nil
    }
}
