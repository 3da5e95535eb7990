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
            try Tag.div(.class("charts")) { try reading.figures(charts(reading)) },
            try table(.model, reading), try table(.agent, reading),
        ]
    }

    private static let totals: [Metric] = [
        .cost, .costPerRequest, .costPerCompletedTask,
        .cacheHitRatio, .unpricedCalls,
    ]
    private static let columns: [Metric] = [
        .cost, .llmCalls, .unpricedCalls, .inputTokens, .outputTokens,
        .cacheHitRatio,
    ]

    private static func cards(_ reading: Reading, _ rules: [ThresholdRow]) throws -> Markup {
        let now = try reading.report(totals)
        let before = try reading.before.map { try reading.report(totals, in: $0) }
        let courses = try reading.series(totals)
        let cards = totals.map { metric in
            MetricCard(
                metric: metric,
                value: now.groups.first?.value(of: metric),
                before: before?.groups.first?.value(of: metric),
                course: courses.series(metric, named: "", color: 1),
                rules: rules,
                reason: now.leftOut.first { $0.metric == metric.name }?.reason
            ).markup
        }
        return Tag.section(.class("cards"), .id("cost-cards"), .label("Cost")) { cards }
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
            series: try reading.series(by: .agent, [.cost])
                .layers(.cost, most: 5),
            unit: .usd
        )
    }

    private static func tokens(_ reading: Reading) throws -> TimeChart {
        let metrics: [Metric] = [.inputTokens, .cacheReadTokens, .outputTokens]
        let series = try reading.series(metrics)
        let titles = ["input, cached included", "of it read from a cache", "output"]
        return TimeChart(
            id: "tokens",
            title: "Tokens",
            note: "of LLM calls per \(reading.axis.dimension.rawValue)",
            shape: .lines,
            axis: reading.axis,
            series: zip(metrics, titles).enumerated().map { place, pair in
                series.series(pair.0, named: pair.1, color: place + 1)
            },
            unit: .tokens
        )
    }

    /// Spend by a dimension, with each one's share.
    static func table(_ dimension: Dimension, _ reading: Reading) throws -> Markup {
        let report = try reading.report(by: [dimension], columns)
        let groups = report.groups.largestFirst(by: .cost)
        let total = groups.reduce(0.0) { $0 + cost($1) }
        let rows = groups.prefix(100).map { group -> [Markup] in
            let key = group.key.first ?? .none
            let name: String? = if case .name(let name) = key { name } else { nil }
            let link = PageLink("/cost", reading.request.items(choosing: dimension, name))
            let share = total > 0 ? HumanNumber.percent(cost(group) / total) : NumberCell.none
            return [
                Tag.th(Attribute("scope", "row")) {
                    Tag.a(.href(link), text: GroupName.text(key))
                },
                NumberCell.cell(share),
            ] + columns.map { NumberCell.cell(group.value(of: $0), of: $0) }
        }
        let table = DataTable(
            caption: "Cost by \(dimension.rawValue)",
            columns: [.text(dimension.rawValue), .number("share")]
                + columns.map { .number($0.title) },
            rows: Array(rows)
        )
        return Panel(
            id: "cost-\(dimension.rawValue)",
            title: "By \(dimension.rawValue)",
            content: [table.markup]
        ).markup
    }

    private static func cost(_ group: MetricGroup) -> Double {
        group.value(of: .cost)?.value?.double ?? 0  // what is not known adds nothing
    }
}
