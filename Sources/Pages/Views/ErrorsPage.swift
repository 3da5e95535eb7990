import AgentEvents
import EventStorage
import MetricsEngine
import Presentation

/// What fails, by class and by text.
enum ErrorsPage {
    static let page = Page("/errors", "Errors") { request, data in
        let reading = try Reading(request, data.snapshot)
        return [
            try Tag.div(.class("charts")) { try reading.figures(charts(reading)) },
            try classes(reading), try texts(reading),
        ]
    }

    private static let rates: [(String, Metric)] = [
        ("requests", .errorRate), ("LLM calls", .llmErrorRate),
    ]
    /// Texts are read from the calls themselves: no further back than this from the window's end.
    static let textSpan = Micros.day
    private static let maxTexts = 100

    static func charts(_ reading: Reading) throws -> [TimeChart] {
        let whole = try reading.series(rates.map(\.1))
        let shares = TimeChart(
            id: "error-rates",
            title: "Failed shares",
            note: "per \(reading.axis.dimension.rawValue)",
            shape: .lines,
            axis: reading.axis,
            series: rates.enumerated().map { place, rate in
                whole.series(rate.1, named: rate.0, color: place == 0 ? 0 : 3)
            },
            unit: .ratio
        )
        let calls = try classChart(reading, metric: .llmCalls, title: "LLM errors")
        let tools = try classChart(
            reading,
            metric: .toolCalls,
            title: "Tool errors",
            like: calls.series
        )
        return [shares, calls, tools]
    }

    /// Failed calls over time by class; calls without an error are the class without a name.
    private static func classChart(
        _ reading: Reading,
        metric: Metric,
        title: String,
        like others: [ChartSeries] = []
    ) throws -> TimeChart {
        let layers = try reading.series(by: .error, [metric])
            .layers(metric, most: 6, without: KeyValue.none, like: others)
        return TimeChart(
            id: "errors-\(metric.name)",
            title: title,
            note: "per \(reading.axis.dimension.rawValue) by class",
            shape: .bars,
            axis: reading.axis,
            series: layers,
            unit: .count
        )
    }

    /// How many calls failed, by class.
    static func classes(_ reading: Reading) throws -> Markup {
        let metrics: [Metric] = [.llmCalls, .toolCalls]
        let report = try reading.report(by: [.error], metrics)
        let groups = report.groups.filter { $0.key.first != KeyValue.none }
        let rows = groups.largestFirst(by: .llmCalls).map { group -> [Markup] in
            let key = group.key.first ?? .none
            let name: String? = if case .name(let name) = key { name } else { nil }
            let link = PageLink("/", reading.request.items(choosing: .error, name))
            return [
                Tag.th(Attribute("scope", "row")) {
                    Tag.a(.href(link), text: GroupName.text(key))
                }
            ] + metrics.map { NumberCell.cell(group.value(of: $0), of: $0) }
        }
        let table = DataTable(
            caption: "Failed calls by class",
            columns: [.text("class"), .number("failed LLM calls"), .number("failed tool calls")],
            rows: rows,
            empty: "No call failed in this window."
        )
        return Panel(id: "classes", title: "By class", content: [table.markup]).markup
    }

    /// Which texts the failures carry, with a request of each.
    private static func texts(_ reading: Reading) throws -> Markup {
        let request = reading.request
        let span = textWindow(request)
        let list = try failures(in: span, reading)
        let rows = try list.groups.map { try row($0, reading) }
        let table = DataTable(
            caption: "Failed calls by text",
            columns: [
                .number("calls"), .text("class"), .text("of"), .text("text"), .text("last"),
                .text("request"),
            ],
            rows: rows,
            empty: request.filters.contains { $0.dimension == .outcome }
                ? "Calls have no outcome, so this list cannot be filtered by one."
                : "No call failed in this stretch."
        )
        let isCut = span.since > request.window.since
        let more = list.total - rows.count
        let notes = [
            "numbers and ids in texts are masked, so that equal errors are one",
            isCut ? "of the last 24 h of the window" : nil, more > 0 ? "\(more) more" : nil,
        ]
        return Panel(
            id: "texts",
            title: "By text",
            note: notes.compactMap { $0 }.joined(separator: "; "),
            content: [table.markup]
        ).markup
    }

    private static func textWindow(_ request: PageRequest) -> TimeWindow {
        let since = max(request.window.since, request.window.until - textSpan)
        return TimeWindow(since: since, until: request.window.until)
    }

    /// The failed calls that pass the filters of the page; none where calls do not carry one of them.
    private static func failures(in window: TimeWindow, _ reading: Reading) throws -> FailureList {
        let filters = reading.request.filters
        guard !filters.contains(where: { $0.dimension == .outcome || $0.dimension.isTime }) else {
            return FailureList()
        }
        let filter = try CallFilter(filters, names: reading.snapshot)
        return try reading.snapshot.failures(in: window, passing: filter, limit: maxTexts)
    }

    private static func row(_ group: FailureGroup, _ reading: Reading) throws -> [Markup] {
        let snapshot = reading.snapshot
        let text = try snapshot.name(group.text)
        let subject = try snapshot.name(group.subject) ?? "(none)"
        let kind = group.kind == .llmCall ? "model" : "tool"
        let agent = try snapshot.name(group.agent)
        return [
            NumberCell.cell(HumanNumber.grouped(group.count)),
            Tag.td(text: group.errorClass?.name ?? "no class"),
            Tag.td {
                Tag.span(.class("kind"), text: kind)
                Markup.text(subject)
                agent.map { Tag.span(.class("kind"), text: " by \($0)") } ?? .nothing
            },
            Tag.td(.class("long"), text: text ?? "no text logged"),
            Tag.td(.class("time"), text: group.last.readable(in: reading.request.zone.offsets)),
            try Tag.td { try requestLink(group, reading) },
        ]
    }

    private static func requestLink(_ group: FailureGroup, _ reading: Reading) throws -> Markup {
        guard let key = group.lastRequest, let id = try reading.snapshot.requestID(key) else {
            return .text(NumberCell.none)
        }
        return RequestLink.markup(id, reading.request)
    }
}
