import Testing

/// What is documented.
struct CommentTests {
    @Test("What other targets see, and every type of a file, has a documentation comment")
    func declarations() throws {
        let modifiers = "(?:static |final |mutating |indirect |private |fileprivate )*"
        let types = "(?:struct|class|enum|actor|protocol|typealias) "
        // Operators and what the standard library asks for say by their name what they do.
        let functions = "func (?!hash\\(into|encode\\(to)\\w"
        let shared = try Regex<Substring>(
            "^ *(?:@\\w+(?:\\([^)]*\\))? )*package \(modifiers)(?:\(types)|\(functions))"
        )
        let ofFile = try Regex<Substring>("^(?:@\\w+ )*\(modifiers)\(types)")
        let files = try Repository.swiftFiles(in: "Sources")
        let requirements = Set(files.flatMap(requirements(in:)))
        for file in files {
            let places = Set(file.places(of: shared)).union(file.places(of: ofFile))
            for place in places.sorted() where !isDocumented(place, in: file) {
                if let name = functionName(file.code[place - 1]), requirements.contains(name) {
                    continue
                }
                Issue.record("\(file.path):\(place) has no comment: \(file.lines[place - 1])")
            }
        }
    }

    /// The functions that protocols of ours ask for; those who provide them need not say it again.
    private func requirements(in file: SwiftSource) -> [String] {
        let start = file.code.firstIndex { $0.hasPrefix("package protocol ") }
        guard let start else { return [] }
        return file.code[start...].prefix { $0 != "}" }.compactMap(functionName)
    }

    private func functionName(_ line: Substring) -> String? {
        line.firstMatch(of: /\bfunc (\w+)/).map { String($0.output.1) }
    }

    /// Whether the line above, attributes passed over, is a documentation comment.
    private func isDocumented(_ place: Int, in file: SwiftSource) -> Bool {
        var index = place - 2
        while index >= 0 {
            let line = file.lines[index].drop { $0 == " " }
            guard line.hasPrefix("@") else { return line.hasPrefix("///") }
            index -= 1
        }
        return false
    }
}
