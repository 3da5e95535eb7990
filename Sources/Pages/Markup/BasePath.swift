import Presentation

/// The path below which a proxy shows the dashboard, as `/agentwatch`.
package struct BasePath: Sendable, Equatable {
    /// Without a slash at its end; empty for the root.
    package let text: String

    /// Nothing stands before our own paths.
    package static let root = BasePath(checked: "")

    private init(checked text: String) { self.text = text }

    /// - Throws: `ParameterError` where it is no path of letters, digits and `-._~`.
    package init(_ word: String) throws {
        let parts = word.split(separator: "/", omittingEmptySubsequences: true)
        guard word.hasPrefix("/"), parts.allSatisfy(Self.isPart) else {
            throw ParameterError(
                "A base path is written as /agentwatch, of letters, digits and - . _ ~"
            )
        }
        text = parts.map { "/\($0)" }.joined()
    }

    private static func isPart(_ part: Substring) -> Bool {
        part != "." && part != ".." && PageLink.encoded(String(part)) == part
    }

    /// One of our own paths as browsers see it.
    package func absolute(_ path: String) -> String { text + path }

    /// Our own path in one that a browser asks for; `nil` where that lies elsewhere.
    package func own(_ path: String) -> String? {
        guard path.hasPrefix(text) else { return nil }
        let rest = path.dropFirst(text.count)
        if rest.isEmpty || rest.hasPrefix("?") { return "/\(rest)" }
        return rest.hasPrefix("/") ? String(rest) : nil
    }
}
