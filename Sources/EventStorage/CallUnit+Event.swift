package import AgentEvents

extension CallUnit {
    /// A stored call or retry event, with all its names.
    package init(_ event: AgentEvent) {
        self.init(kind: event.kind, timestamp: event.timestamp)
        succeeded = event.succeeded
        errorClassCode = event.errorClassCode
        flags = event.flags.subtracting([.ownAgent, .ownUser, .ownSession])
        agent = event.agent
        user = event.user
        session = event.session
        subject = event.subject
        provider = event.provider
        latency = event.latency
        guard kind == .llmCall else { return }
        timeToFirstToken = event.timeToFirstToken
        input = Optional64(event.totalInput)
        cacheRead = event.cacheRead
        cacheWrite = Optional64(Self.total(event.cacheWrite, event.cacheWriteHour))
        output = event.output
        cost = event.cost
    }

    /// The sum of what is known; unknown where nothing is.
    private static func total(_ left: Optional64, _ right: Optional64) -> Int64? {
        guard left.isKnown || right.isKnown else { return nil }
        return (left.value ?? 0) + (right.value ?? 0)  // one is known, as said above
    }
}
