package import AgentEvents

/// Counts events of a request id that has too many to fold: into its latest request, without looking at
/// the events before.
///
/// Counts, sums, the greatest context use, the extent and the outcome come out as folding would have
/// them, whatever the order. What depends on the order of all events does not change any more: runs and
/// repeats of tool calls, and which request an event that comes late belongs to.
package struct RequestCounting: Sendable {
    /// The latest request of before, if there was one, then those that began since.
    package private(set) var rows: [RequestRow]
    /// How many of the rows were there before.
    private let settings: RequestSettings

    /// `latest`: the latest request of the id as it is stored.
    package init(after latest: RequestRow?, settings: RequestSettings) {
        rows = latest.map { [$0] } ?? []
        self.settings = settings
    }

    /// Takes an event; gives the index of its request in `rows`, or `nil` where there is none yet.
    ///
    /// Events should come in order as far as they can.
    package mutating func add(_ event: AgentEvent) -> Int? {
        guard event.kind.isExtent else {
            if let last = rows.indices.last, event.kind == .escalation {
                rows[last].hasEscalation = true
            }
            return rows.indices.last
        }
        if rows.last.map({ startsAnew(event, after: $0) }) ?? true {
            var row = RequestRow(begunAt: event.start, endedAt: event.timestamp)
            row.part = rows.last.map { $0.part + 1 } ?? 0  // the first of its id
            if event.kind.isCall, event.latency.isKnown {
                row.startedAt = Optional64(event.start.micros)
            }
            rows.append(row)
        }
        rows[rows.count - 1].count(event)
        return rows.count - 1
    }

    private func startsAnew(_ event: AgentEvent, after row: RequestRow) -> Bool {
        if event.timestamp.micros - row.endedAt.micros > settings.requestGap { return true }
        guard row.taskOutcome != nil, event.kind.isCall else { return false }
        return event.start.micros - row.endedAt.micros > settings.reopenWithin
    }
}

extension RequestRow {
    /// Takes what an event says whatever stands before or behind it.
    fileprivate mutating func count(_ event: AgentEvent) {
        if agent.isNone, event.flags.contains(.ownAgent) { agent = event.agent }
        if user.isNone, event.flags.contains(.ownUser) { user = event.user }
        if session.isNone, event.flags.contains(.ownSession) { session = event.session }
        begunAt = min(begunAt, event.start)
        if event.kind.isCall, event.latency.isKnown, let started = startedAt.value {
            startedAt = Optional64(min(started, event.start.micros))
        }
        let isLatest = event.timestamp >= endedAt
        switch event.kind {
        case .llmCall:
            llmCalls += 1
            if isLatest || llmCalls == 1 { lastCallFailed = !event.succeeded }
            addUsage(of: event)
        case .toolCall:
            toolCalls += 1
            if isLatest, llmCalls == 0 { lastCallFailed = !event.succeeded }
        case .taskEnd:
            if isLatest || taskOutcome == nil {
                outcomeCode = event.outcomeCode
                reportedLatency = event.latency
                endedAt = event.timestamp
            }
        case .retry: retryEvents += 1
        case .escalation, .circuitBreaker, .generic: break
        }
        if taskOutcome == nil { endedAt = max(endedAt, event.timestamp) }
    }

    /// Adds the tokens and the cost of an LLM call.
    mutating func addUsage(of call: AgentEvent) {
        inputTokens = Self.sum(inputTokens, call.totalInput)
        outputTokens = Self.sum(outputTokens, call.output.value)
        if call.cost.isKnown {
            pricedCalls += 1
            cost = Self.sum(cost, call.cost.value)
        }
        if let used = call.contextUtilization {
            contextUtilization = Optional64(max(used, contextUtilization.value ?? used))
        }
    }

    /// The sum of what is known.
    ///
    /// It stays at the largest number that fits where it would pass it (9.2 billion dollars in one
    /// request), so that no log can stop the reader.
    private static func sum(_ total: Optional64, _ value: Int64?) -> Optional64 {
        guard let value else { return total }
        guard let total = total.value else { return Optional64(value) }
        let (sum, isOverflown) = total.addingReportingOverflow(value)
        return Optional64(isOverflown ? .max : sum)
    }
}
