import MetricsEngine
import Presentation

extension TimeChart {
    /// The chart as part of a page.
    var figure: Markup {
        Tag.figure(
            .class("panel chart"),
            .id(id),
            content: [
                Tag.div(
                    .class("panel-head"),
                    content: [
                        Tag.h2(.id("\(id)-title"), text: title),
                        Tag.p(.class("note"), text: note),
                        Tag.p(.class("readout"), Attribute("aria-live", "polite")),
                    ]
                ),
                isEmpty
                    ? Tag.p(.class("empty"), text: "No data in this window.")
                    : Markup.group([picture, legend, table]),
            ]
        )
    }

    /// The picture, as wide as there is room.
    private var picture: Markup {
        Tag.svg(
            .class("plot"),
            Attribute("width", "100%"),
            Attribute("height", "160"),
            Attribute("role", "img"),
            Attribute("tabindex", "0"),
            Attribute("aria-labelledby", "\(id)-title"),
            Attribute("aria-describedby", "\(id)-table"),
            content: drawing
        )
    }

    /// Lines across, labels, and the shapes, in the coordinates of the surrounding picture: its
    /// width is 100 %, its height that of the plot.
    var drawing: [Markup] {
        let scale = valueAxis
        let across = scale.ticks.map { tick in gridLine(tick, scale) }
        let below = axis.ticks.map(timeLabel)
        let size = "0 0 \(Int(Self.width)) \(Int(Self.height))"
        let shapes = Tag.svg(
            Attribute("viewBox", size),
            Attribute("preserveAspectRatio", "none"),
            Attribute("width", "100%"),
            Attribute("height", "\(Int(Self.height))"),
            content: shapes(scale)
        )
        let cursor = Tag.line(
            .class("cursor"),
            Attribute("y1", "0"),
            Attribute("y2", "\(Int(Self.height))"),
            Attribute("x1", "0"),
            Attribute("x2", "0"),
            Attribute("visibility", "hidden")
        )
        return across + below + [shapes, limitLine(scale), cursor]
    }

    private func gridLine(_ tick: ValueAxis.Tick, _ scale: ValueAxis) -> Markup {
        let y = PathText.number(Self.height * (1 - scale.place(tick.value)))
        let line = Tag.line(
            .class(tick.value == 0 ? "base" : "grid"),
            Attribute("x1", "0"),
            Attribute("x2", "100%"),
            Attribute("y1", y),
            Attribute("y2", y)
        )
        let label = Tag.textLine(
            .class("tick"),
            Attribute("x", "-8"),
            Attribute("y", y),
            Attribute("dy", "0.35em"),
            Attribute("text-anchor", "end"),
            text: tick.text
        )
        return [line, label]
    }

    private func timeLabel(_ tick: TimeAxis.Tick) -> Markup {
        let x = "\(PathText.number(tick.place * 100))%"
        let minor = tick.isMinor ? " minor" : ""
        let mark = Tag.line(
            .class("grid\(minor)"),
            Attribute("x1", x),
            Attribute("x2", x),
            Attribute("y1", "\(Int(Self.height))"),
            Attribute("y2", "\(Int(Self.height) + 4)")
        )
        let anchor = tick.place < 0.04 ? "start" : tick.place > 0.96 ? "end" : "middle"
        let label = Tag.textLine(
            .class("tick\(minor)"),
            Attribute("x", x),
            Attribute("y", "\(Int(Self.height) + 17)"),
            Attribute("text-anchor", anchor),
            text: tick.text
        )
        return [mark, label]
    }

    private func limitLine(_ scale: ValueAxis) -> Markup {
        guard let limit, limit.value <= scale.top else { return .nothing }
        let y = PathText.number(Self.height * (1 - scale.place(limit.value)))
        let line = Tag.line(
            .class("limit"),
            Attribute("x1", "0"),
            Attribute("x2", "100%"),
            Attribute("y1", y),
            Attribute("y2", y)
        )
        let label = Tag.textLine(
            .class("limit-text"),
            Attribute("x", "100%"),
            Attribute("y", y),
            Attribute("dy", "-4"),
            Attribute("text-anchor", "end"),
            text: limit.text
        )
        return [line, label]
    }

    private var legend: Markup {
        Tag.ul(
            .class("legend"),
            content: series.map { series in
                let swatch = Tag.svg(
                    .class("swatch"),
                    .hidden,
                    Attribute("viewBox", "0 0 16 8"),
                    Attribute("width", "16"),
                    Attribute("height", "8"),
                    content: [swatchShape(series)]
                )
                return Tag.li(content: [swatch, .text(series.name)])
            }
        )
    }

    private func swatchShape(_ series: ChartSeries) -> Markup {
        shape == .bars
            ? Tag.path(.class("bar f\(series.color)"), Attribute("d", "M3 0h10v8h-10Z"))
            : Tag.path(.class("line c\(series.color)"), Attribute("d", "M1 4L15 4"))
    }

    private var table: Markup {
        let heads = [Tag.th(Attribute("scope", "col"), text: "from")]
        let names = series.map {
            Tag.th(.class("number"), Attribute("scope", "col"), text: $0.name)
        }
        let ns = Tag.th(.class("number"), Attribute("scope", "col"), text: "n")
        let rows = axis.starts.indices.map { index in
            let n = series.lazy.compactMap { $0.values[index]?.n }.max()
            return Tag.tr(
                content: [Tag.th(Attribute("scope", "row"), text: axis.name(of: index))]
                    + series.map { Tag.td(.class("number"), text: $0.text(at: index)) }
                    + [
                        Tag.td(
                            .class("number"),
                            text: n.map(HumanNumber.grouped) ?? NumberCell.none
                        )
                    ]
            )
        }
        return Tag.details(
            .class("behind"),
            content: [
                Tag.summary(text: "Table"),
                Tag.div(
                    .class("scroll"),
                    content: [
                        Tag.table(
                            .id("\(id)-table"),
                            content: [
                                Tag.caption(text: "\(title), \(note)"),
                                Tag.thead(content: [Tag.tr(content: heads + names + [ns])]),
                                Tag.tbody(content: rows),
                            ]
                        )
                    ]
                ),
            ]
        )
    }
}
