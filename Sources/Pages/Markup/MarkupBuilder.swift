/// Gathers the pieces of an element, each on a line of its own: `Tag.div { Tag.p(text: "one") }`.
@resultBuilder
enum MarkupBuilder {
    static func buildExpression(_ piece: Markup) -> [Markup] { [piece] }

    static func buildExpression(_ pieces: [Markup]) -> [Markup] { pieces }

    static func buildBlock(_ pieces: [Markup]...) -> [Markup] { pieces.flatMap { $0 } }
}
