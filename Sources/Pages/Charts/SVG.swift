/// The shapes that charts are drawn with; coordinates are numbers or shares like `100%`.
enum SVG {
    typealias Point = (x: String, y: String)

    static func line(_ names: String, from start: Point, to end: Point) -> Markup {
        Tag.line(
            .class(names),
            Attribute("x1", start.x),
            Attribute("y1", start.y),
            Attribute("x2", end.x),
            Attribute("y2", end.y)
        )
    }

    /// A line across the whole picture.
    static func across(_ names: String, y: String) -> Markup {
        line(names, from: ("0", y), to: ("100%", y))
    }

    /// A text whose start, middle or end is at a point; `down` moves it.
    static func text(
        _ names: String,
        _ text: String,
        at point: Point,
        anchor: String,
        down: String = "0"
    ) -> Markup {
        Tag.textLine(
            .class(names),
            Attribute("x", point.x),
            Attribute("y", point.y),
            Attribute("dy", down),
            Attribute("text-anchor", anchor),
            text: text
        )
    }

    static func path(_ names: String, _ path: String) -> Markup {
        Tag.path(.class(names), Attribute("d", path))
    }

    /// A picture as wide as there is room, whose shapes are stretched to it.
    static func stretched(
        _ attributes: [Attribute] = [],
        width: Double,
        height: Double,
        _ shapes: [Markup]
    ) -> Markup {
        let coordinates = [
            Attribute("viewBox", "0 0 \(Int(width)) \(Int(height))"),
            Attribute("preserveAspectRatio", "none"), Attribute("width", "100%"),
            Attribute("height", "\(Int(height))"),
        ]
        return Tag.svg.with(attributes + coordinates, shapes)
    }
}
