package import AgentEvents
package import EventStorage
package import Rollups

/// One request of an id as it is at a moment, with its events.
package struct RequestPart {
    package var view: RequestView
    package var status: RequestStatus
    /// The events of the request in order of time.
    package var events: [EventDetail]
    /// The gap in `events`, where there are too many to show.
    package var omitted: OmittedEvents?

    package init(_ view: RequestView, of detail: RequestDetail, now: Timestamp) {
        self.view = view
        status = view.row.status(
            at: now,
            endsTasksSince: view.endsTasksSince,
            settings: detail.settings
        )
        let own = detail.events.indices.filter {
            detail.events[$0].part.map(Int64.init) == view.row.part
        }
        events = own.map { detail.events[$0] }
        if let gap = detail.omitted, let before = own.lastIndex(of: gap.after - 1) {
            omitted = OmittedEvents(after: before + 1, count: gap.count)
        }
    }

    package var calls: [EventDetail] { events.filter(\.event.kind.isCall) }

    /// The time from the start of the first event to the end of the last one.
    package var extent: TimeWindow {
        let row = view.row
        return TimeWindow(
            since: events.map(\.event.start).min() ?? row.begunAt,
            until: events.map(\.event.timestamp).max() ?? row.endedAt
        )
    }
}

extension EventKind {
    /// The word of the log, which the table `event_kinds` holds, too.
    package var word: String {
        switch self {
        case .llmCall: "llm_call"
        case .toolCall: "tool_call"
        case .taskEnd: "task_end"
        case .escalation: "escalation"
        case .retry: "retry"
        case .circuitBreaker: "circuit_breaker"
        case .generic: "generic"
        }
    }
}
