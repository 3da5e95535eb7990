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
            try Tag.div(.class("charts")) {
                reading.figures(try OverviewCharts(reading, rules).charts)
            },
            try Movers(reading).panel(request),
        ] + happened(reading)
    }

    /// The marks of the charts as a list, where there are some.
    private static func happened(_ reading: Reading) -> [Markup] {
        guard !reading.marks.isEmpty else { return [] }
        let rows = reading.marks.reversed().map { mark -> [Markup] in
            [
                Tag.td(.class("time"), text: mark.at.readable(in: reading.request.zone.offsets)),
                Tag.th(Attribute("scope", "row"), text: mark.kind.title),
                Tag.td(.class("long"), text: mark.text),
            ]
        }
        let table = DataTable(
            caption: "What happened",
            columns: [.text("time"), .text("what"), .text("of what")],
            rows: rows
        )
        return [
            Panel(
                id: "happened",
                title: "What happened",
                note: "the lines across the charts",
                content: [table.markup]
            ).markup
        ]
    }

    private static let totals: [Metric] = [.requests, .llmCalls, .toolCalls, .cost]

    /// The seven key metrics, and how much went on.
    private static func cards(_ reading: Reading, _ rules: [ThresholdRow]) throws -> Markup {
        let key = MetricCatalog.keyMetrics
        let metrics = key + totals
        let now = try reading.report(metrics + [.openRequests])
        let before = try reading.before.map { try reading.report(metrics, in: $0) }
        let courses = try reading.series(metrics)
        let cards = key.map { metric in
            MetricCard(
                metric: metric,
                value: now.groups.first?.value(of: metric),
                before: before?.groups.first?.value(of: metric),
                course: courses.series(metric, named: "", color: 1),
                rules: rules,
                reason: now.leftOut.first { $0.metric == metric.name }?.reason
            ).markup
        }
        return Tag.section(
            .class("cards"),
            .id("cards"),
            .label("Key metrics")
        ) {
            cards + [volume(now)]
        }
    }

    /// The eighth card: what the seven rest on.
    private static func volume(_ report: MetricReport) -> Markup {
        let group = report.groups.first
        func text(_ metric: Metric) -> String? {
            group?.value(of: metric).map { NumberCell.text($0, of: metric) }
        }
        let facts: [(String, Metric, String)] = [
            ("LLM calls", .llmCalls), ("Tool calls", .toolCalls), ("Cost", .cost),
            ("Open now", .openRequests),
        ].compactMap { title, metric in text(metric).map { (title, metric, $0) } }
        return Tag.div(.class("card volume")) {
            Tag.div(.class("card-head")) { Tag.h3(text: "Requests") }
            Tag.p(
                .class("value"),
                Attribute("data-metric", Metric.requests.name),
                text: text(.requests) ?? NumberCell.none
            )
            Tag.dl {
                facts.map { title, metric, value in
                    Tag.div {
                        Tag.dt(text: title)
                        Tag.dd(Attribute("data-metric", metric.name), text: value)
                    }
                }
            }
        }
    }
}
