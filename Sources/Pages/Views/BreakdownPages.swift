import EventStorage
import MetricsEngine
import Presentation

/// How every model does.
enum ModelsPage {
    static let view = BreakdownView(
        path: "/models",
        title: "Models",
        dimension: .model,
        volume: .llmCalls,
        metrics: [
            .llmCalls, .llmErrorRate, .llmLatencyP50, .llmLatencyP95,
            .timeToFirstTokenP95, .outputSpeed, .inputTokens, .outputTokens,
            .cacheHitRatio, .retries, .rateLimited, .cost, .unpricedCalls,
        ],
        layers: [.llmCalls, .cost]
    )
    static let page = view.page
}

/// How every tool does.
enum ToolsPage {
    static let view = BreakdownView(
        path: "/tools",
        title: "Tools",
        dimension: .tool,
        volume: .toolCalls,
        metrics: [
            .toolCalls, .toolSuccessRate, .toolLatencyP50, .toolLatencyP95,
            .toolLatencyP99, .toolLatencyMax,
        ],
        layers: [.toolCalls]
    )
    static let page = view.page
}

/// How every agent does.
enum AgentsPage {
    static let view = BreakdownView(
        path: "/agents",
        title: "Agents",
        dimension: .agent,
        volume: .requests,
        metrics: [
            .requests, .errorRate, .requestLatencyP50, .requestLatencyP95,
            .taskCompletionRate, .escalationRate, .contextUtilizationP95,
            .costPerRequest, .cost, .llmCalls, .toolCalls,
            .toolSuccessRate, .loopingRequests,
        ],
        layers: [.requests, .cost]
    )
    static let page = view.page
}

/// A page that cuts the window by one dimension: charts of the largest, a table of all.
struct BreakdownView: Sendable {
    var path: String
    var title: String
    var dimension: Dimension
    /// The metric by which rows are sorted unless the reader chooses another one.
    var volume: Metric
    /// The columns of the table.
    var metrics: [Metric]
    /// What is drawn over time.
    var layers: [Metric]

    private static let maxRows = 200

    var page: Page {
        Page(path, title) { request, data in
            let reading = try Reading(request, data.snapshot)
            return [
                try Tag.div(.class("charts")) { try reading.figures(charts(reading)) },
                try panel(reading),
            ]
        }
    }

    /// The ids of the charts, in order.
    var chartNames: [String] { layers.map { "\(dimension.rawValue)-\($0.name)" } }

    /// The largest over time.
    func charts(_ reading: Reading) throws -> [TimeChart] {
        let series = try reading.series(by: dimension, layers)
        var first: [ChartSeries] = []
        return layers.map { metric in
            let layers = series.layers(metric, most: 6, like: first)
            if first.isEmpty { first = layers }
            return TimeChart(
                id: "\(dimension.rawValue)-\(metric.name)",
                title: metric.title,
                note: "per \(reading.axis.dimension.rawValue) by \(dimension.rawValue)",
                shape: .bars,
                axis: reading.axis,
                series: layers,
                unit: metric.unit
            )
        }
    }

    /// All of them in a table.
    func panel(_ reading: Reading) throws -> Markup {
        let report = try reading.report(by: [dimension], metrics)
        let request = reading.request
        let sort = metrics.first { $0.name == request.value("sort") } ?? volume
        let groups = report.groups.largestFirst(by: sort)
        let rows = groups.prefix(Self.maxRows).map { row($0, metrics: metrics, request: request) }
        let columns = metrics.map { metric in
            DataTable.Column(
                heading: metric.title,
                isNumber: true,
                link: link(metric, request),
                isSorted: metric == sort
            )
        }
        let table = DataTable(
            caption: title,
            columns: [.text(dimension.rawValue)] + columns,
            rows: Array(rows)
        )
        let more = groups.count - rows.count
        let note = "the largest first; a name leads to its own overview"
        return Panel(
            id: "\(dimension.rawValue)-table",
            title: "All \(title.lowercased())",
            note: more > 0 ? "\(note); \(more) more are not shown" : note,
            content: [table.markup]
        ).markup
    }

    private func link(_ metric: Metric, _ request: PageRequest) -> PageLink {
        PageLink(path: path, request.items(setting: [("sort", metric.name)]))
    }

    private func row(_ group: MetricGroup, metrics: [Metric], request: PageRequest) -> [Markup] {
        let key = group.key.first ?? .none
        let name: String? = if case .name(let name) = key { name } else { nil }
        let link = PageLink("/", request.items(choosing: dimension, name))
        let head = Tag.th(Attribute("scope", "row")) {
            Tag.a(.href(link), text: GroupName.text(key))
        }
        return [head] + metrics.map { NumberCell.cell(group.value(of: $0), of: $0) }
    }
}
