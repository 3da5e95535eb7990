import EventStorage
import MetricsEngine
import Presentation

/// How every model does.
enum ModelsPage {
    static let page = BreakdownView(
        path: "/models",
        title: "Models",
        dimension: .model,
        volume: "llm_calls",
        metrics: [
            "llm_calls", "llm_error_rate", "llm_latency_ms_p50", "llm_latency_ms_p95",
            "ttft_ms_p95", "output_tokens_per_second_avg", "input_tokens", "output_tokens",
            "cache_hit_ratio", "retries", "rate_limited", "cost_usd_total", "unpriced_calls",
        ],
        layers: ["llm_calls", "cost_usd_total"]
    ).page
}

/// How every tool does.
enum ToolsPage {
    static let page = BreakdownView(
        path: "/tools",
        title: "Tools",
        dimension: .tool,
        volume: "tool_calls",
        metrics: [
            "tool_calls", "tool_success_rate", "tool_latency_ms_p50", "tool_latency_ms_p95",
            "tool_latency_ms_p99", "tool_latency_ms_max",
        ],
        layers: ["tool_calls"]
    ).page
}

/// How every agent does.
enum AgentsPage {
    static let page = BreakdownView(
        path: "/agents",
        title: "Agents",
        dimension: .agent,
        volume: "requests",
        metrics: [
            "requests", "error_rate", "request_latency_ms_p50", "request_latency_ms_p95",
            "task_completion_rate", "escalation_rate", "context_utilization_p95",
            "cost_per_request_usd_avg", "cost_usd_total", "llm_calls", "tool_calls",
            "tool_success_rate", "looping_requests",
        ],
        layers: ["requests", "cost_usd_total"]
    ).page
}

/// A page that cuts the window by one dimension: charts of the largest, a table of all.
struct BreakdownView: Sendable {
    var path: String
    var title: String
    var dimension: Dimension
    /// The metric by which rows are sorted unless the reader chooses another one.
    var volume: String
    /// The columns of the table.
    var metrics: [String]
    /// What is drawn over time.
    var layers: [String]

    private static let maxRows = 200

    var page: Page {
        Page(path, title) { request, data in
            let reading = try Reading(request, data.snapshot)
            return [
                Tag.div(.class("charts"), content: try charts(reading).map(\.figure)),
                try panel(reading),
            ]
        }
    }

    /// The largest over time.
    func charts(_ reading: Reading) throws -> [TimeChart] {
        let series = try reading.series(by: dimension, layers)
        var first: [ChartSeries] = []
        return layers.compactMap { name in
            guard let metric = MetricCatalog.metric(named: name) else { return nil }
            let layers = series.layers(name, most: 6, like: first)
            if first.isEmpty { first = layers }
            return TimeChart(
                id: "\(dimension.rawValue)-\(name)",
                title: MetricTitle.text(metric),
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
        let sort = request.value("sort").flatMap { metrics.contains($0) ? $0 : nil } ?? volume
        let groups = Self.sorted(report.groups, by: sort)
        let known = metrics.compactMap(MetricCatalog.metric(named:))
        let rows = groups.prefix(Self.maxRows).map { row($0, metrics: known, request: request) }
        let columns = known.map { metric in
            DataTable.Column(
                heading: MetricTitle.text(metric),
                isNumber: true,
                link: link(metric, request),
                isSorted: metric.name == sort
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
        let head = Tag.th(
            Attribute("scope", "row"),
            content: [Tag.a(.href(link), text: GroupName.text(key))]
        )
        return [head] + metrics.map { NumberCell.cell(group.value($0.name), of: $0) }
    }

    /// Unknown values last; equal ones keep the order of the report.
    static func sorted(_ groups: [MetricGroup], by name: String) -> [MetricGroup] {
        func size(_ group: MetricGroup) -> Double {
            group.value(name)?.value?.double ?? -.infinity  // below every number
        }
        return groups.enumerated().sorted { left, right in
            let sizes = (size(left.element), size(right.element))
            return sizes.0 != sizes.1 ? sizes.0 > sizes.1 : left.offset < right.offset
        }.map(\.element)
    }
}
