import EventStorage
import MetricsEngine
import Presentation

/// What is spent, on what.
enum CostPage {
    static let page = Page("/cost", "Cost") { request, data in
        let rules = try data.snapshot.thresholds()
        let reading = try Reading(request, data.snapshot)
        return [
            try cards(reading, rules),
            Tag.div(.class("charts"), content: try charts(reading).map(\.figure)),
            try table(.model, reading), try table(.agent, reading),
        ]
    }

    private static let totals = [
        "cost_usd_total", "cost_per_request_usd_avg", "cost_per_completed_task_usd",
        "cache_hit_ratio", "unpriced_calls",
    ]
    private static let columns = [
        "cost_usd_total", "llm_calls", "unpriced_calls", "input_tokens", "output_tokens",
        "cache_hit_ratio",
    ]

    private static func cards(_ reading: Reading, _ rules: [ThresholdRow]) throws -> Markup {
        let now = try reading.report(totals)
        let before = try reading.before.map { try reading.report(totals, in: $0) }
        let courses = try reading.series(totals)
        let cards = totals.compactMap(MetricCatalog.metric(named:)).map { metric in
            MetricCard(
                metric: metric,
                value: now.groups.first?.value(metric.name),
                before: before?.groups.first?.value(metric.name),
                course: courses.series(metric.name, named: "", color: 1),
                rules: rules,
                reason: now.leftOut.first { $0.metric == metric.name }?.reason
            ).markup
        }
        return Tag.section(.class("cards"), .id("cost-cards"), .label("Cost"), content: cards)
    }

    /// Cost by model and by agent, and tokens.
    static func charts(_ reading: Reading) throws -> [TimeChart] {
        var models = try OverviewCharts.cost(reading)
        // A report holds the overview's chart, too.
        models.id = "cost-models"
        return [models, try agents(reading), try tokens(reading)]
    }

    private static func agents(_ reading: Reading) throws -> TimeChart {
        TimeChart(
            id: "cost-agents",
            title: "Cost by agent",
            note: "of LLM calls per \(reading.axis.dimension.rawValue)",
            shape: .bars,
            axis: reading.axis,
            series: try reading.series(by: .agent, ["cost_usd_total"])
                .layers("cost_usd_total", most: 5),
            unit: .usd
        )
    }

    private static func tokens(_ reading: Reading) throws -> TimeChart {
        let names = ["input_tokens", "cache_read_tokens", "output_tokens"]
        let series = try reading.series(names)
        let titles = ["input, cached included", "of it read from a cache", "output"]
        return TimeChart(
            id: "tokens",
            title: "Tokens",
            note: "of LLM calls per \(reading.axis.dimension.rawValue)",
            shape: .lines,
            axis: reading.axis,
            series: zip(names, titles).enumerated().compactMap { place, pair in
                series.series(pair.0, named: pair.1, color: place + 1)
            },
            unit: .tokens
        )
    }

    /// Spend by a dimension, with each one's share.
    static func table(_ dimension: Dimension, _ reading: Reading) throws -> Markup {
        let metrics = columns.compactMap(MetricCatalog.metric(named:))
        let report = try reading.report(by: [dimension], columns)
        let groups = BreakdownView.sorted(report.groups, by: "cost_usd_total")
        let total = groups.reduce(0.0) { $0 + cost($1) }
        let rows = groups.prefix(100).map { group -> [Markup] in
            let key = group.key.first ?? .none
            let name: String? = if case .name(let name) = key { name } else { nil }
            let link = PageLink("/cost", reading.request.items(choosing: dimension, name))
            let share = total > 0 ? HumanNumber.percent(cost(group) / total) : NumberCell.none
            return [
                Tag.th(
                    Attribute("scope", "row"),
                    content: [Tag.a(.href(link), text: GroupName.text(key))]
                ),
                NumberCell.cell(share),
            ] + metrics.map { NumberCell.cell(group.value($0.name), of: $0) }
        }
        let table = DataTable(
            caption: "Cost by \(dimension.rawValue)",
            columns: [.text(dimension.rawValue), .number("share")]
                + metrics.map { .number(MetricTitle.text($0)) },
            rows: Array(rows)
        )
        return Panel(
            id: "cost-\(dimension.rawValue)",
            title: "By \(dimension.rawValue)",
            content: [table.markup]
        ).markup
    }

    private static func cost(_ group: MetricGroup) -> Double {
        group.value("cost_usd_total")?.value?.double ?? 0  // what is not known adds nothing
    }
}
