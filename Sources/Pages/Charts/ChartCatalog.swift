import EventStorage
import MetricsEngine
import Presentation

/// The charts that are pictures of their own, too, by the page that shows them.
package enum ChartCatalog {
    /// The charts of a page.
    private struct Source: Sendable {
        /// Their ids, in order.
        var names: [String]
        var charts: @Sendable (Reading, [ThresholdRow]) throws -> [TimeChart]

        init(
            _ names: [String],
            charts: @escaping @Sendable (Reading, [ThresholdRow]) throws -> [TimeChart]
        ) {
            self.names = names
            self.charts = charts
        }

        init(_ view: BreakdownView) {
            names = view.chartNames
            charts = { reading, _ in try view.charts(reading) }
        }
    }

    private static let sources = [
        Source(["traffic", "latency", "errors", "cost"]) { try OverviewCharts($0, $1).charts },
        Source(ModelsPage.view), Source(ToolsPage.view), Source(AgentsPage.view),
        Source(["error-rates", "errors-llm_calls", "errors-tool_calls"]) { reading, _ in
            try ErrorsPage.charts(reading)
        },
        Source(["cost-models", "cost-agents", "tokens"]) { reading, _ in
            try CostPage.charts(reading)
        },
    ]

    /// The names of all charts, in the order of the pages.
    package static let names = sources.flatMap(\.names)

    /// The path of a chart's picture, without the base path.
    package static func path(of name: String) -> String { "/charts/\(name).svg" }

    /// A chart as a picture that needs nothing else; `nil` where none has the name.
    ///
    /// - Throws: what the store throws.
    package static func svg(
        of name: String,
        _ request: PageRequest,
        from source: PageSource
    ) throws -> String? {
        guard let entry = sources.first(where: { $0.names.contains(name) }) else { return nil }
        return try source.store.read { snapshot in
            let reading = try Reading(request, snapshot)
            let charts = try entry.charts(reading, try snapshot.thresholds())
            return charts.first { $0.id == name }.map { chart in
                var chart = chart
                chart.marks = reading.marks
                return ChartPicture(chart: chart, request).document
            }
        }
    }
}

extension Reading {
    /// Charts as parts of a page, with what happened meanwhile, each with a link to its picture.
    func figures(_ charts: [TimeChart]) -> [Markup] {
        charts.map { chart in
            var chart = chart
            chart.marks = marks
            if ChartCatalog.names.contains(chart.id) {
                let path = ChartCatalog.path(of: chart.id)
                chart.picturePath = PageLink(path: path, request.kept)
            }
            return chart.figure
        }
    }
}
