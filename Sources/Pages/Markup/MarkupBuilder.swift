/// Gathers the pieces of an element, each on a line of its own: `Tag.div { Tag.p(text: "one") }`.
@resultBuilder
enum MarkupBuilder {
    static func buildExpression(_ piece: Markup) -> [Markup] { [piece] }

    /// Nothing where there is no piece.
    static func buildExpression(_ piece: Markup?) -> [Markup] { piece.map { [$0] } ?? [] }

    static func buildExpression(_ pieces: [Markup]) -> [Markup] { pieces }

    static func buildBlock(_ pieces: [Markup]...) -> [Markup] { pieces.flatMap { $0 } }

    static func buildOptional(_ pieces: [Markup]?) -> [Markup] { pieces ?? [] }

    static func buildEither(first pieces: [Markup]) -> [Markup] { pieces }

    static func buildEither(second pieces: [Markup]) -> [Markup] { pieces }

    static func buildArray(_ pieces: [[Markup]]) -> [Markup] { pieces.flatMap { $0 } }
}
