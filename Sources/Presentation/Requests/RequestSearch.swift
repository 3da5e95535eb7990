import AgentEvents

/// Words that somebody looks for in ids and error texts.
package struct RequestSearch: Sendable, Equatable {
    /// At least one; each has to be found, in whatever order.
    package let words: [String]

    private static let maxBytes = 200
    private static let maxWords = 8

    /// Splits a text at spaces.
    ///
    /// - Throws: `ParameterError` where it is empty or too long.
    package init(_ text: String) throws {
        words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard !words.isEmpty, words.count <= Self.maxWords, text.utf8.count <= Self.maxBytes else {
            throw ParameterError(
                "a search has 1 to \(Self.maxWords) words, of at most \(Self.maxBytes) bytes together"
            )
        }
    }
}
