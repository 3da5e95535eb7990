import MetricsEngine

/// A chart over time: a picture, the legend of its colours, and the table behind it.
struct TimeChart: Sendable {
    /// How values are drawn.
    enum Shape: Sendable, Equatable {
        case lines
        /// Lines, with the space between the first and the last of them filled.
        case band
        /// Bars, each series on top of the one before.
        case bars
    }

    /// Unique on its page.
    var id: String
    var title: String
    /// What is shown, in a few words.
    var note: String
    var shape: Shape
    var axis: TimeAxis
    var series: [ChartSeries]
    var unit: MetricUnit
    /// A threshold, drawn as a line with its words.
    var limit: (value: Double, text: String)?
    /// What happened meanwhile.
    var marks: [ChartMark] = []
    /// Where it is a picture of its own.
    var picturePath: PageLink?

    /// Units of the plot's own coordinates, which are stretched to the width there is.
    static let width = 1_000.0
    static let height = 160.0

    var isEmpty: Bool { !series.contains { $0.hasValues || $0.hasEarlierValues } }

    /// Whether an earlier period is drawn behind.
    var isCompared: Bool { series.contains { $0.earlier != nil } }

    /// The height of the bars of the earlier period together; `nil` is a gap.
    private func earlierTotal(_ index: Int) -> Double? {
        let numbers = series.compactMap { $0.earlierNumber(at: index) }
        return numbers.isEmpty ? nil : numbers.reduce(0, +)
    }

    /// What the axis has to reach.
    private var largest: Double {
        let values =
            shape == .bars
            ? axis.starts.indices.map { index in
                // A gap has no height.
                let now = series.reduce(0) { $0 + ($1.number(at: index) ?? 0) }
                // Nor has one of then.
                return max(now, earlierTotal(index) ?? 0)
            }
            : series.map { max($0.largest, $0.largestEarlier) }
        let largest = values.max() ?? 0  // without any value
        // A limit far above the values would flatten them.
        guard let limit, limit.value <= 2.5 * largest else { return largest }
        return max(largest, limit.value * 1.05)
    }

    var valueAxis: ValueAxis { ValueAxis(upTo: largest, unit) }

    /// The shapes, from the back to the front.
    func shapes(_ scale: ValueAxis) -> [Markup] {
        switch shape {
        case .lines: earlierLines(scale) + series.map { line($0, scale) }
        case .band: earlierLines(scale) + band(scale) + series.map { line($0, scale) }
        case .bars: bars(scale) + earlierSteps(scale)
        }
    }

    /// The earlier period as thin lines of the same colours.
    private func earlierLines(_ scale: ValueAxis) -> [Markup] {
        series.filter(\.hasEarlierValues).map { series in
            let path = outline(of: series.earlierRuns, scale) { series.earlierNumber(at: $0) }
            return SVG.path("line earlier c\(series.color)", path.text)
        }
    }

    /// The earlier period's bars as one line along their tops, before the bars of now, which would hide
    /// it.
    private func earlierSteps(_ scale: ValueAxis) -> [Markup] {
        guard isCompared else { return [] }
        let step = Self.width / Double(max(1, axis.starts.count))
        var path = PathText()
        var isDrawing = false
        for index in axis.starts.indices {
            guard let total = earlierTotal(index) else {
                isDrawing = false
                continue
            }
            let (x, y) = (Double(index) * step, y(total, scale))
            if isDrawing { path.line(x, y) } else { path.move(x, y) }
            path.line(x + step, y)
            isDrawing = true
        }
        return [SVG.path("line earlier total", path.text)]
    }

    private func x(_ index: Int) -> Double {
        (Double(index) + 0.5) / Double(axis.starts.count) * Self.width
    }

    private func y(_ value: Double, _ scale: ValueAxis) -> Double {
        Self.height * (1 - scale.place(value))
    }

    private func line(_ series: ChartSeries, _ scale: ValueAxis) -> Markup {
        let path = outline(of: series.runs, scale) { series.number(at: $0) }
        return SVG.path("line c\(series.color)", path.text)
    }

    private func outline(
        of runs: [Range<Int>],
        _ scale: ValueAxis,
        _ number: (Int) -> Double?
    ) -> PathText {
        var path = PathText()
        for run in runs {
            for index in run {
                guard let value = number(index) else { continue }
                let (x, y) = (x(index), y(value, scale))
                if index == run.lowerBound { path.move(x, y) }
                // A single point is a line of no length, which round ends make a dot.
                if index > run.lowerBound || run.count == 1 { path.line(x, y) }
            }
        }
        return path
    }

    private func band(_ scale: ValueAxis) -> [Markup] {
        guard let low = series.first, let high = series.last, series.count > 1 else { return [] }
        var path = PathText()
        for run in high.runs where run.count > 1 {
            for index in run {
                let top = high.number(at: index) ?? 0  // a run has no gaps
                let (x, y) = (x(index), y(top, scale))
                if index == run.lowerBound { path.move(x, y) } else { path.line(x, y) }
            }
            for index in run.reversed() {
                // Where the lower one is not known, there is nothing between the two.
                let bottom = low.number(at: index) ?? high.number(at: index) ?? 0
                path.line(x(index), y(bottom, scale))
            }
            path.close()
        }
        return [SVG.path("band f\(high.color)", path.text)]
    }

    private func bars(_ scale: ValueAxis) -> [Markup] {
        let step = Self.width / Double(max(1, axis.starts.count))
        let gap = min(3, step * 0.2)
        var heights = [Double](repeating: 0, count: axis.starts.count)
        return series.map { series in
            var path = PathText()
            for index in axis.starts.indices {
                guard let value = series.number(at: index), value > 0 else { continue }
                let top = y(heights[index] + value, scale)
                let bottom = y(heights[index], scale)
                path.box(
                    x: Double(index) * step + gap / 2,
                    y: top,
                    width: step - gap,
                    height: bottom - top
                )
                heights[index] += value
            }
            return SVG.path("bar f\(series.color)", path.text)
        }
    }
}
