import AgentEvents
import EventStorage
import MetricsEngine
import Presentation

/// How agents do, at a glance.
enum OverviewPage {
    static let page = Page("/", "Overview") { request, data in
        let rules = try data.snapshot.thresholds()
        let reading = try Reading(request, data.snapshot)
        return [
            try cards(reading, rules),
            Tag.div(.class("charts"), content: try OverviewCharts(reading, rules).figures),
            try Movers(reading).panel(request),
        ]
    }

    private static let totals = ["requests", "llm_calls", "tool_calls", "cost_usd_total"]

    /// The seven key metrics, and how much went on.
    private static func cards(_ reading: Reading, _ rules: [ThresholdRow]) throws -> Markup {
        let key = MetricCatalog.keyMetrics
        let names = key.map(\.name) + totals
        let now = try reading.report(names + ["open_requests"])
        let before = try reading.before.map { try reading.report(names, in: $0) }
        let courses = try reading.series(names)
        let cards = key.map { metric in
            MetricCard(
                metric: metric,
                value: now.groups.first?.value(metric.name),
                before: before?.groups.first?.value(metric.name),
                course: courses.series(metric.name, named: "", color: 1),
                rules: rules,
                reason: now.leftOut.first { $0.metric == metric.name }?.reason
            ).markup
        }
        return Tag.section(
            .class("cards"),
            .id("cards"),
            .label("Key metrics"),
            content: cards + [volume(now)]
        )
    }

    /// The eighth card: what the seven rest on.
    private static func volume(_ report: MetricReport) -> Markup {
        let group = report.groups.first
        func text(_ name: String) -> String? {
            guard let metric = MetricCatalog.metric(named: name),
                let value = group?.value(name)
            else { return nil }
            return NumberCell.text(value, of: metric)
        }
        let facts = [
            ("LLM calls", "llm_calls"), ("Tool calls", "tool_calls"), ("Cost", "cost_usd_total"),
            ("Open now", "open_requests"),
        ].compactMap { title, name in text(name).map { (title, name, $0) } }
        return Tag.div(
            .class("card volume"),
            content: [
                Tag.div(.class("card-head"), content: [Tag.h3(text: "Requests")]),
                Tag.p(
                    .class("value"),
                    Attribute("data-metric", "requests"),
                    text: text("requests") ?? NumberCell.none
                ),
                Tag.dl(
                    content: facts.map { title, name, value in
                        Tag.div(
                            content: [
                                Tag.dt(text: title),
                                Tag.dd(Attribute("data-metric", name), text: value),
                            ]
                        )
                    }
                ),
            ]
        )
    }
}
