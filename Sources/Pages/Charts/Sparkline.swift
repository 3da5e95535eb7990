import MetricsEngine

/// A small line without axes that shows which way a number goes.
struct Sparkline: Sendable {
    var series: ChartSeries

    private static let width = 120.0
    private static let height = 28.0

    /// Nothing where there are fewer than two points to join.
    var picture: Markup {
        guard series.runs.contains(where: { $0.count > 1 }) else { return .nothing }
        let top = max(series.largest, .leastNonzeroMagnitude)
        let step = Self.width / Double(max(1, series.values.count - 1))
        var path = PathText()
        for run in series.runs {
            for index in run {
                let value = series.number(at: index) ?? 0  // a run has no gaps
                let y = 1 + (Self.height - 2) * (1 - value / top)
                if index == run.lowerBound { path.move(Double(index) * step, y) }
                if index > run.lowerBound || run.count == 1 { path.line(Double(index) * step, y) }
            }
        }
        return SVG.stretched(
            [.class("spark"), .hidden],
            width: Self.width,
            height: Self.height,
            [SVG.path("line", path.text)]
        )
    }
}
