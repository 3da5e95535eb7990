import AgentEvents

/// Folds the events of one request, given in order, into its row.
struct RequestAccumulator: Sendable {
    private var row = RequestRow(begunAt: .distantFuture, endedAt: .distantPast)
    private var earliestStart: Int64 = .max
    private var firstCallHasLatency: Bool?
    private var lastTaskEnd: Timestamp?
    private var lastLLMFailed: Bool?
    private var lastToolFailed: Bool?
    private var runTool: NameIndex = .none
    private var runLength: Int64 = 0
    private var repeats = ToolRepeats()

    /// Takes the next event in order.
    mutating func add(_ event: AgentEvent) {
        takeNames(event)
        if event.kind.isExtent { takeExtent(event) }
        switch event.kind {
        case .llmCall: takeLLMCall(event)
        case .toolCall: takeToolCall(event)
        case .taskEnd: takeTaskEnd(event)
        case .retry: row.retryEvents += 1
        case .escalation: row.hasEscalation = true
        case .circuitBreaker, .generic: break
        }
    }

    /// How many different tool calls it remembers.
    var weight: Int { repeats.count }

    /// The row of what was added.
    func row(settings: RequestSettings) -> RequestRow {
        var row = row
        if firstCallHasLatency == true { row.startedAt = Optional64(earliestStart) }
        if let lastTaskEnd { row.endedAt = lastTaskEnd }
        row.lastCallFailed = lastLLMFailed ?? lastToolFailed ?? false  // without a call: not failed
        if let most = repeats.most {
            row.repeatedToolCalls = Optional64(most)
            row.isLooping = most >= settings.loopLimit
        }
        return row
    }

    private mutating func takeNames(_ event: AgentEvent) {
        if row.agent.isNone, event.flags.contains(.ownAgent) { row.agent = event.agent }
        if row.user.isNone, event.flags.contains(.ownUser) { row.user = event.user }
        if row.session.isNone, event.flags.contains(.ownSession) { row.session = event.session }
    }

    private mutating func takeExtent(_ event: AgentEvent) {
        row.begunAt = min(row.begunAt, event.start)
        row.endedAt = max(row.endedAt, event.timestamp)
        guard event.kind.isCall else { return }
        if firstCallHasLatency == nil { firstCallHasLatency = event.latency.isKnown }
        if event.latency.isKnown { earliestStart = min(earliestStart, event.start.micros) }
    }

    private mutating func takeLLMCall(_ event: AgentEvent) {
        row.llmCalls += 1
        lastLLMFailed = !event.succeeded
        runTool = .none
        runLength = 0
        row.addUsage(of: event)
    }

    private mutating func takeToolCall(_ event: AgentEvent) {
        row.toolCalls += 1
        lastToolFailed = !event.succeeded
        runLength = event.subject == runTool ? runLength + 1 : 1
        runTool = event.subject
        row.consecutiveToolCalls = max(row.consecutiveToolCalls, runLength)
        if let arguments = event.argumentsHash.value {
            repeats.add(tool: event.subject, arguments: arguments)
        }
    }

    private mutating func takeTaskEnd(_ event: AgentEvent) {
        lastTaskEnd = event.timestamp
        row.outcomeCode = event.outcomeCode
        row.reportedLatency = event.latency
    }
}
