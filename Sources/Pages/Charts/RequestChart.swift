import AgentEvents
import EventStorage
import MetricsEngine
import Presentation

/// The events of a request on a time axis, a row each: chart and table at once.
struct RequestChart {
    var title = "Calls"
    private var events: [EventDetail]
    private var extent: TimeWindow
    private var id: String
    /// The agent of the request; others are named at their events.
    private var agent: String?
    private var request: PageRequest
    /// Which time a tool is called with the same arguments, parallel to the events; 1 is the first.
    private var repeats: [Int]

    private static let width = 1_000.0
    /// The gap in `events`, where there are too many to show.
    private var omitted: OmittedEvents?

    init(
        _ events: [EventDetail],
        omitted: OmittedEvents? = nil,
        extent: TimeWindow,
        id: String,
        agent: String?,
        request: PageRequest
    ) {
        self.agent = agent
        self.request = request
        self.events = events
        self.omitted = omitted
        self.extent = extent
        self.id = id
        var counts: [String: Int] = [:]
        repeats = events.map { detail in
            guard detail.event.kind == .toolCall, let hash = detail.event.argumentsHash.value,
                let tool = detail.subject
            else { return 0 }
            counts["\(hash) \(tool)", default: 0] += 1
            return counts["\(hash) \(tool)"] ?? 1  // just set
        }
    }

    /// The length of the request in microseconds, at least 1.
    private var length: Double { Double(max(1, extent.until.micros - extent.since.micros)) }

    /// The chart as a panel of a page.
    var panel: Markup {
        let axis = ValueAxis(upTo: length / 1_000, .ms)
        let nodes =
            omitted == nil
            ? EventTree(events).nodes : events.indices.map { EventTree.Node(index: $0, depth: 0) }
        var rows = nodes.map { row($0, axis: axis) }
        var classes = nodes.map { events[$0.index].event.succeeded ? "" : "bad" }
        let isTree = nodes.contains { $0.depth > 0 }
        var note = "a row each, on one axis\(isTree ? ", below what it was done for" : "")"
        if let omitted {
            rows.insert(Self.gap(omitted), at: omitted.after)
            classes.insert("", at: omitted.after)
            let all = Int64(events.count) + omitted.count
            note = "the first and the last of \(HumanNumber.counted(all, "event"))"
        }
        var columns: [DataTable.Column] = [
            .number("at"), .text("event"), .text("on the time axis"), .number("took"),
            .number("tokens"), .number("cost"), .text("what happened"),
        ]
        columns[2].heading = "0 to \(axis.ticks.last?.text ?? "")"
        let table = DataTable(
            caption: title,
            columns: columns,
            rows: rows,
            rowClasses: classes
        )
        return Panel(
            id: id,
            title: title,
            note: note,
            content: [
                Tag.div(.class("lanes")) { table.markup }
            ]
        ).markup
    }

    private func row(_ node: EventTree.Node, axis: ValueAxis) -> [Markup] {
        let (detail, count) = (events[node.index], repeats[node.index])
        let event = detail.event
        let after = event.start.micros - extent.since.micros
        return [
            NumberCell.cell(HumanNumber.duration(micros: Double(after))),
            Tag.th(Attribute("scope", "row"), .class("depth-\(min(node.depth, Self.maxDepth))")) {
                Tag.span(.class("kind"), text: Self.word(event.kind))
                subject(detail)
                detail.agent == nil || detail.agent == agent
                    ? .nothing : Tag.span(.class("kind"), text: " by \(detail.agent ?? "")")
            },
            Tag.td(.class("lane")) { bar(event, count: count, axis: axis) },
            NumberCell.cell(
                event.latency.value.map { HumanNumber.duration(micros: Double($0)) } ?? ""
            ),
            NumberCell.cell(Self.tokens(event)),
            NumberCell.cell(event.cost.value.map { HumanNumber.dollars(Double($0) / 1e9) } ?? ""),
            Tag.td(.class("long")) { notes(detail, count) + [EventFacts(detail).markup] },
        ]
    }

    /// Events further down are shown as those at this depth.
    private static let maxDepth = 8

    /// A model or a tool, which leads to the requests that have called it.
    private func subject(_ detail: EventDetail) -> Markup {
        guard let name = detail.subject, detail.event.kind.isCall else {
            return .text(detail.subject ?? "")
        }
        let dimension: Dimension = detail.event.kind == .llmCall ? .model : .tool
        return RequestLink.others(dimension, name, request)
    }

    /// The row that stands for the events that are not shown.
    private static func gap(_ omitted: OmittedEvents) -> [Markup] {
        let text = "\(HumanNumber.counted(omitted.count, "event")) between are not shown"
        return [
            NumberCell.cell(""), Tag.th(Attribute("scope", "row"), text: text), Tag.td(text: ""),
            NumberCell.cell(""), NumberCell.cell(""), NumberCell.cell(""), Tag.td(text: ""),
        ]
    }

    /// A bar from start to end for a call, a mark for what is a moment.
    private func bar(_ event: AgentEvent, count: Int, axis: ValueAxis) -> Markup {
        let scale = Self.width / (axis.top * 1_000)
        let start = Double(event.start.micros - extent.since.micros) * scale
        let end = Double(event.timestamp.micros - extent.since.micros) * scale
        var path = PathText()
        if event.kind.isCall {
            path.box(x: start, y: 3, width: max(3, end - start), height: 12)
        } else {
            path.box(x: max(0, end - 1.5), y: 0, width: 3, height: 18)
        }
        let grid = axis.ticks.map { tick in
            let x = PathText.number(Self.width * axis.place(tick.value))
            return SVG.line("grid", from: (x, "0"), to: (x, "18"))
        }
        let shape = SVG.path("bar \(Self.color(event, count))", path.text)
        return SVG.stretched(
            [.class("lane-plot"), .hidden],
            width: Self.width,
            height: 18,
            grid + [shape]
        )
    }

    private static func color(_ event: AgentEvent, _ count: Int) -> String {
        if event.kind.isCall, !event.succeeded { return "f0" }
        switch event.kind {
        case .llmCall: return "f1"
        case .toolCall: return count > 1 ? "f3" : "f2"
        case .retry, .escalation, .circuitBreaker: return "f3"
        case .taskEnd, .generic: return "f7"
        }
    }

    private static func word(_ kind: EventKind) -> String {
        switch kind {
        case .llmCall: "LLM "
        case .toolCall: "tool "
        case .taskEnd: "task end "
        case .escalation: "escalation "
        case .retry: "retry "
        case .circuitBreaker: "breaker "
        case .generic: "event "
        }
    }

    /// Input and output tokens as `1,234 + 56`.
    private static func tokens(_ event: AgentEvent) -> String {
        guard event.kind == .llmCall, event.totalInput != nil || event.output.isKnown else {
            return ""
        }
        return [event.totalInput, event.output.value]
            .map { $0.map(HumanNumber.grouped) ?? "?" }.joined(separator: " + ")
    }

    private func notes(_ detail: EventDetail, _ count: Int) -> [Markup] {
        let event = detail.event
        var notes: [Markup] = []
        if event.kind.isCall, !event.succeeded {
            let word = event.errorClass?.name ?? "failed"
            notes.append(StateBadge(word: word, tone: .bad).markup)
        }
        if event.kind == .retry {
            notes.append(StateBadge(word: "retry", tone: .near).markup)
        } else if let attempt = event.attempt.value, attempt > 1 {
            notes.append(StateBadge(word: "attempt \(attempt)", tone: .near).markup)
        }
        if count > 1 {
            notes.append(StateBadge(word: "same arguments, call \(count)", tone: .near).markup)
        }
        if let outcome = event.outcome { notes.append(.text("\(outcome.name) ")) }
        if let state = BreakerState(rawValue: event.outcomeCode) { notes.append(.text(state.name)) }
        if let error = detail.errorText { notes.append(.text(" \(error)")) }
        return notes
    }
}
