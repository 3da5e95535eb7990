package import AgentEvents
package import EventStorage

/// Events on a time axis: a bar for what took time, a mark for what is a moment.
package struct RequestTimeline {
    package var events: [EventDetail]
    /// The gap in `events`, where there are too many to show.
    package var omitted: OmittedEvents?
    package var extent: TimeWindow
    package var terminal: Terminal

    package init(
        events: [EventDetail],
        omitted: OmittedEvents? = nil,
        extent: TimeWindow,
        terminal: Terminal
    ) {
        self.events = events
        self.omitted = omitted
        self.extent = extent
        self.terminal = terminal
    }

    /// A row an event.
    package func text() -> String {
        var table = TextTable([
            .number("at"), .text("event", shrinksTo: nil), .text("name", shrinksTo: 14),
            .text(axis, shrinksTo: nil), .number("took"), .number("tokens"), .number("cost"),
            .text("", shrinksTo: 16),
        ])
        table.indent = 2
        for (index, detail) in events.enumerated() {
            if let omitted, omitted.after == index { table.append(Self.gap(omitted)) }
            table.append(row(detail))
        }
        return table.isEmpty ? "" : table.text(terminal)
    }

    /// What the other columns leave, up to 40.
    private var width: Int { terminal.cutsText ? min(40, max(16, terminal.width - 84)) : 40 }

    private var length: Int64 { max(1, extent.until.micros - extent.since.micros) }

    /// The heading of the bars: a line from zero to the length.
    private var axis: String {
        let end = HumanNumber.duration(micros: Double(length))
        return "0" + String(repeating: " ", count: max(1, width - 1 - end.count)) + end
    }

    private func row(_ detail: EventDetail) -> [TextTable.Cell] {
        let event = detail.event
        let after = event.start.micros - extent.since.micros
        let (word, style) = Self.word(event)
        return [
            TextTable.Cell(HumanNumber.duration(micros: Double(after)), .faint),
            TextTable.Cell(word),
            TextTable.Cell(detail.subject ?? ""),
            TextTable.Cell(bar(event), style),
            TextTable.Cell(
                event.latency.value.map { HumanNumber.duration(micros: Double($0)) } ?? ""
            ),
            TextTable.Cell(tokens(event)),
            TextTable.Cell(event.cost.value.map { HumanNumber.dollars(Double($0) / 1e9) } ?? ""),
            TextTable.Cell(note(detail), style == .bad ? .bad : .plain),
        ]
    }

    private static func gap(_ omitted: OmittedEvents) -> [TextTable.Cell] {
        let count = HumanNumber.counted(omitted.count, "event")
        let words = ["", "...", "\(count) between", "", "", "", "", ""]
        return words.map { TextTable.Cell($0, .faint) }
    }

    private static func word(_ event: AgentEvent) -> (String, TextStyle) {
        switch event.kind {
        case .llmCall: ("LLM", event.succeeded ? .good : .bad)
        case .toolCall: ("tool", event.succeeded ? .plain : .bad)
        case .taskEnd: ("task end", .strong)
        case .escalation: ("escalation", .near)
        case .retry: ("retry", .near)
        case .circuitBreaker: ("breaker", .near)
        case .generic: ("event", .faint)
        }
    }

    /// A bar from its start to its end for a call, a mark at its time for the rest.
    private func bar(_ event: AgentEvent) -> String {
        let first = column(event.start)
        let count = event.kind.isCall ? max(1, column(event.timestamp) - first + 1) : 1
        let sign: String
        if event.kind.isCall {
            sign = terminal.drawsBlocks ? "█" : "#"
        } else {
            sign = terminal.drawsBlocks ? "◆" : "*"
        }
        return String(repeating: " ", count: first) + String(repeating: sign, count: count)
    }

    private func column(_ moment: Timestamp) -> Int {
        let share = Double(moment.micros - extent.since.micros) / Double(length)
        return Int((min(max(share, 0), 1) * Double(width - 1)).rounded(.down))
    }

    /// Input and output tokens as `1,234+56`.
    private func tokens(_ event: AgentEvent) -> String {
        guard event.kind == .llmCall, event.totalInput != nil || event.output.isKnown else {
            return ""
        }
        let counts = [event.totalInput, event.output.value]
        return counts.map { $0.map(HumanNumber.grouped) ?? "?" }.joined(separator: "+")
    }

    private func note(_ detail: EventDetail) -> String {
        let event = detail.event
        var words: [String] = []
        if let outcome = event.outcome { words.append(outcome.name) }
        if let state = BreakerState(rawValue: event.outcomeCode) { words.append(state.name) }
        if let attempt = event.attempt.value, attempt > 1 { words.append("attempt \(attempt)") }
        if event.kind.isCall, !event.succeeded { words.append(event.errorClass?.name ?? "failed") }
        if let error = detail.errorText { words.append(error) }
        return words.joined(separator: ": ")
    }
}
