import MetricsEngine
import Presentation

extension TimeChart {
    /// The chart as part of a page.
    var figure: Markup {
        Tag.figure(
            .class("panel chart"),
            .id(id)
        ) {
            Tag.div(.class("panel-head")) {
                Tag.h2(.id("\(id)-title"), text: title)
                Tag.p(.class("note"), text: note)
                Tag.p(.class("readout"), Attribute("aria-live", "polite"))
            }
            isEmpty
                ? Tag.p(.class("empty"), text: "No data in this window.")
                : Markup.group([picture, legend, table, pictureLink])
        }
    }

    private var pictureLink: Markup {
        guard let picturePath else { return .nothing }
        return Tag.p(.class("as-picture")) {
            Tag.a(.href(picturePath), .label("\(title) as a picture"), text: "SVG")
        }
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
            Attribute("aria-describedby", "\(id)-table")
        ) {
            drawing
        }
    }

    /// Lines across, labels, and the shapes, in the coordinates of the surrounding picture: its
    /// width is 100 %, its height that of the plot.
    var drawing: [Markup] {
        let scale = valueAxis
        let across = scale.ticks.map { tick in gridLine(tick, scale) }
        let below = axis.ticks.map(timeLabel)
        let bottom = "\(Int(Self.height))"
        let plot = SVG.stretched(width: Self.width, height: Self.height, shapes(scale))
        let cursor = Tag.line(
            .class("cursor"),
            Attribute("x1", "0"),
            Attribute("y1", "0"),
            Attribute("x2", "0"),
            Attribute("y2", bottom),
            Attribute("visibility", "hidden")
        )
        return across + below + [plot, limitLine(scale)] + marks.map(line) + [cursor]
    }

    /// A line across, which says what it is where one points at it.
    private func line(_ mark: ChartMark) -> Markup {
        guard let place = axis.place(of: mark.at) else { return .nothing }
        let x = "\(PathText.number(place * 100))%"
        return Tag.g(.class("mark \(mark.kind.rawValue)")) {
            Tag.title(text: "\(mark.kind.title), \(mark.at.readable(in: axis.zone)) \(mark.text)")
            SVG.line("", from: (x, "0"), to: (x, "\(Int(Self.height))"))
        }
    }

    private func gridLine(_ tick: ValueAxis.Tick, _ scale: ValueAxis) -> Markup {
        let y = PathText.number(Self.height * (1 - scale.place(tick.value)))
        return [
            SVG.across(tick.value == 0 ? "base" : "grid", y: y),
            SVG.text("tick", tick.text, at: ("-8", y), anchor: "end", down: "0.35em"),
        ]
    }

    private func timeLabel(_ tick: TimeAxis.Tick) -> Markup {
        let x = "\(PathText.number(tick.place * 100))%"
        let minor = tick.isMinor ? " minor" : ""
        let bottom = Int(Self.height)
        let anchor = tick.place < 0.04 ? "start" : tick.place > 0.96 ? "end" : "middle"
        return [
            SVG.line("grid\(minor)", from: (x, "\(bottom)"), to: (x, "\(bottom + 4)")),
            SVG.text("tick\(minor)", tick.text, at: (x, "\(bottom + 17)"), anchor: anchor),
        ]
    }

    private func limitLine(_ scale: ValueAxis) -> Markup {
        guard let limit, limit.value <= scale.top else { return .nothing }
        let y = PathText.number(Self.height * (1 - scale.place(limit.value)))
        return [
            SVG.across("limit", y: y),
            SVG.text("limit-text", limit.text, at: ("100%", y), anchor: "end", down: "-4"),
        ]
    }

    /// What stands for what, with the earlier period last.
    var legendEntries: [(shape: Markup, name: String)] {
        let earlier = SVG.path(
            shape == .bars ? "line earlier total" : "line earlier c1",
            "M1 4L15 4"
        )
        return series.map { (swatchShape($0), $0.name) }
            + (isCompared ? [(earlier, "the earlier period")] : [])
            + ChartMark.Kind.allCases.filter { kind in marks.contains { $0.kind == kind } }.map {
                kind in
                let line = SVG.line("", from: ("8", "0"), to: ("8", "8"))
                return (Tag.g(.class("mark \(kind.rawValue)")) { line }, kind.title)
            }
    }

    private var legend: Markup {
        Tag.ul(.class("legend")) {
            legendEntries.map { shape, name in
                Tag.li {
                    Tag.svg(
                        .class("swatch"),
                        .hidden,
                        Attribute("viewBox", "0 0 16 8"),
                        Attribute("width", "16"),
                        Attribute("height", "8")
                    ) {
                        shape
                    }
                    Markup.text(name)
                }
            }
        }
    }

    private func swatchShape(_ series: ChartSeries) -> Markup {
        shape == .bars
            ? SVG.path("bar f\(series.color)", "M3 0h10v8h-10Z")
            : SVG.path("line c\(series.color)", "M1 4L15 4")
    }

    private var table: Markup {
        let heads = [Tag.th(Attribute("scope", "col"), text: "from")]
        let names = series.map {
            Tag.th(.class("number"), Attribute("scope", "col"), text: $0.name)
        }
        let compared = isCompared ? series : []
        let earlierNames = compared.map {
            Tag.th(.class("number"), Attribute("scope", "col"), text: "\($0.name), earlier")
        }
        let ns = Tag.th(.class("number"), Attribute("scope", "col"), text: "n")
        let rows = axis.starts.indices.map { index in
            let n = series.lazy.compactMap { $0.values[index]?.n }.max()
            return Tag.tr {
                [Tag.th(Attribute("scope", "row"), text: axis.name(of: index))]
                    + series.map { Tag.td(.class("number"), text: $0.text(at: index)) }
                    + compared.map { Tag.td(.class("number"), text: $0.earlierText(at: index)) }
                    + [
                        Tag.td(
                            .class("number"),
                            text: n.map(HumanNumber.grouped) ?? NumberCell.none
                        )
                    ]
            }
        }
        return Tag.details(.class("behind")) {
            Tag.summary(text: "Table")
            ScrollBox.markup(labelled: title) {
                Tag.table(.id("\(id)-table")) {
                    Tag.caption(text: "\(title), \(note)")
                    Tag.thead {
                        Tag.tr { heads + names + earlierNames + [ns] }
                    }
                    Tag.tbody { rows }
                }
            }
        }
    }
}
