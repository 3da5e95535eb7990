import AgentEvents
import EventStorage
import MetricsEngine
import Presentation
import Rollups

/// One request id: what came out, and every event on a time axis.
enum RequestSections {
    static func sections(
        _ id: String,
        request: PageRequest,
        from snapshot: any StoreView
    ) throws -> [Markup] {
        let back = Tag.p(.class("back")) {
            Tag.a(.href(PageLink("/requests", request.kept)), text: "← All requests")
        }
        guard let detail = try snapshot.request(id) else {
            return [back, try missing(id, request: request, from: snapshot)]
        }
        let parts = detail.requests.map { RequestPart($0, of: detail, now: request.now) }
        let orphans = detail.events.filter { $0.part == nil }
        let json = Tag.p(.class("back")) {
            Tag.a(.href(PageLink(request: id)), .flag("data-copy"), text: "As JSON")
            Tag.button(
                .class("scripted"),
                Attribute("type", "button"),
                Attribute("data-do", "copy"),
                text: "Copy as JSON"
            )
        }
        var sections = [Tag.div(.class("tools")) { [back, json] }]
        for (place, part) in parts.enumerated() {
            sections.append(
                summary(id, part: part, place: place, count: parts.count, request: request)
            )
            let chart = RequestChart(
                part.events,
                omitted: part.omitted,
                extent: part.extent,
                id: "events-\(place)",
                agent: part.view.agent,
                request: request
            )
            sections.append(chart.panel)
        }
        if let first = orphans.first, let last = orphans.last {
            let extent = TimeWindow(since: first.event.start, until: last.event.timestamp)
            var chart = RequestChart(
                orphans,
                extent: extent,
                id: "orphans",
                agent: nil,
                request: request
            )
            chart.title = "Events of no request"
            sections.append(chart.panel)
        }
        return sections
    }

    private static func missing(
        _ id: String,
        request: PageRequest,
        from snapshot: any StoreView
    ) throws -> Markup {
        let near = try snapshot.requestIDs(startingWith: String(id.prefix(4)), limit: 5)
        let list =
            near.isEmpty
            ? Markup.nothing
            : Tag.ul {
                near.map { id in Tag.li { RequestLink.markup(id, request) } }
            }
        return Panel(
            id: "missing",
            title: "Nothing is stored under \(id)",
            content: [
                Tag.p(text: near.isEmpty ? "No id begins like it." : "These begin like it:"), list,
            ]
        ).markup
    }

    private static func summary(
        _ id: String,
        part: RequestPart,
        place: Int,
        count: Int,
        request: PageRequest
    ) -> Markup {
        let number = count > 1 ? " (\(place + 1) of \(count) under this id)" : ""
        return Panel(
            id: "request-\(place)",
            title: "\(id)\(number)",
            content: [
                Tag.p(.class("verdict-line")) {
                    OutcomeBadge.markup(part.status)
                    Markup.text(" \(words(part))")
                },
                Tag.dl(.class("facts")) {
                    facts(part, request).map { title, value in
                        Tag.div(.class("fact")) {
                            Tag.dt(text: title)
                            Tag.dd(.class("value")) { value }
                        }
                    }
                },
            ]
        ).markup
    }

    private static func words(_ part: RequestPart) -> String {
        var words: [String] = []
        if part.status.outcome == .unfinished {
            words.append("its agent ends tasks and it has no end")
        }
        if part.status.failed, part.status.outcome == .none { words.append("its last call failed") }
        if part.status.escalated { words.append("escalated") }
        if part.view.row.isLooping {
            words.append("it loops: a tool was called again and again with the same arguments")
        }
        return words.joined(separator: "; ")
    }

    private static func facts(_ part: RequestPart, _ request: PageRequest) -> [(String, Markup)] {
        let row = part.view.row
        let zone = request.zone.offsets
        func count(_ value: Optional64) -> String {
            value.value.map(HumanNumber.grouped) ?? NumberCell.none
        }
        let context = row.contextUtilization.value.map { HumanNumber.percent(Double($0) / 1e9) }
        let cost = row.cost.value.map { HumanNumber.dollars(Double($0) / 1e9) } ?? NumberCell.none
        let names: [(Dimension, String?)] = [
            (.agent, part.view.agent), (.user, part.view.user), (.session, part.view.session),
        ]
        let texts = [
            (
                "took",
                part.status.latency.map { HumanNumber.duration(micros: Double($0)) }
                    ?? NumberCell.none
            ),
            ("cost", cost + (row.isPartlyUnpriced ? " (some calls have no price)" : "")),
            ("tokens in", count(row.inputTokens)), ("tokens out", count(row.outputTokens)),
            ("context used", context ?? NumberCell.none),
            ("LLM calls", HumanNumber.grouped(row.llmCalls)),
            ("tool calls", HumanNumber.grouped(row.toolCalls)),
            ("retries", HumanNumber.grouped(row.retryEvents)),
            ("began", part.extent.since.readable(in: zone)),
            (
                part.status.outcome == .open ? "closes" : "closed",
                part.status.closedAt.readable(in: zone)
            ),
        ]
        return texts.map { ($0, .text($1)) }
            + names.compactMap { dimension, name in
                name.map { (dimension.rawValue, RequestLink.others(dimension, $0, request)) }
            }
    }
}
