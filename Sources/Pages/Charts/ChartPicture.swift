import AgentEvents
import Presentation

/// A chart as a file of its own: title, window, drawing and legend, in light or dark as the reader has it.
struct ChartPicture {
    private let chart: TimeChart
    private let request: PageRequest

    private static let width = 760
    private static let left = 64
    private static let top = 82
    /// About how wide a letter of the legend is.
    private static let letter = 7
    /// Longer names are cut.
    private static let maxLetters = 80

    init(chart: TimeChart, _ request: PageRequest) {
        self.chart = chart
        self.request = request
    }

    /// Where a legend's entry stands.
    private struct Place {
        var x: Int
        var line: Int
    }

    private var plotWidth: Int { Self.width - Self.left - 22 }
    private var plotBottom: Int { Self.top + Int(TimeChart.height) + 46 }

    /// The file, which holds its own style.
    var document: String {
        let places = places
        let height = plotBottom + 22 * ((places.last?.line ?? 0) + 1)  // without entries one line
        let picture = Tag.svg.with(
            [
                Attribute("xmlns", "http://www.w3.org/2000/svg"),
                Attribute("width", "\(Self.width)"), Attribute("height", "\(height)"),
                Attribute("viewBox", "0 0 \(Self.width) \(height)"), Attribute("role", "img"),
                Attribute("font-family", "system-ui, 'Liberation Sans', Arial, sans-serif"),
            ],
            [
                .styleSheet(PageAssets.styleSheet),
                Tag.title(text: "\(chart.title), \(chart.note)"), paper,
                text("picture-title", chart.title, at: (20, 30)),
                text("tick", chart.note, at: (20, 49)),
                text("tick", RangeBar.words(request), at: (20, 67)),
                chart.isEmpty ? empty : plot,
            ] + zip(entries, places).map(entry)
        )
        return picture.written() + "\n"
    }

    private var paper: Markup {
        Tag.rect(.class("paper"), Attribute("width", "100%"), Attribute("height", "100%"))
    }

    private var empty: Markup {
        text("tick", "No data in this window.", at: (Self.left, Self.top + 60))
    }

    /// The drawing refers to the width of the picture around it.
    private var plot: Markup {
        Tag.svg.with(
            [
                Attribute("x", "\(Self.left)"), Attribute("y", "\(Self.top + 8)"),
                Attribute("width", "\(plotWidth)"),
                Attribute("height", "\(Int(TimeChart.height) + 24)"),
                Attribute("overflow", "visible"),
            ],
            chart.drawing
        )
    }

    private func text(_ names: String, _ words: String, at point: (x: Int, y: Int)) -> Markup {
        SVG.text(names, words, at: ("\(point.x)", "\(point.y)"), anchor: "start")
    }

    private var entries: [(shape: Markup, name: String)] {
        chart.legendEntries.map { ($0.shape, SafeText.line($0.name, max: Self.maxLetters)) }
    }

    /// One after another, and in the next line where there is no room.
    private var places: [Place] {
        var place = Place(x: Self.left, line: 0)
        return entries.map { entry in
            let width = 24 + Self.letter * entry.name.count + 18
            if place.x > Self.left, place.x + width > Self.width {
                place = Place(x: Self.left, line: place.line + 1)
            }
            defer { place.x += width }
            return place
        }
    }

    private func entry(_ entry: (shape: Markup, name: String), _ place: Place) -> Markup {
        let y = plotBottom + 22 * place.line
        let swatch = Tag.svg.with(
            [
                Attribute("x", "\(place.x)"), Attribute("y", "\(y - 8)"),
                Attribute("width", "16"), Attribute("height", "8"),
                Attribute("viewBox", "0 0 16 8"),
            ],
            [entry.shape]
        )
        return [swatch, text("tick", entry.name, at: (place.x + 24, y))]
    }
}
