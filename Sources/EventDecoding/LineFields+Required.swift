import AgentEvents

/// What a line must have to be an event, in the order in which the reasons are given.
extension LineFields {
    /// The names without which an event of this kind means nothing.
    func checkRequired(of kind: EventKind) throws(RejectionReason) {
        switch kind {
        case .llmCall:
            _ = try required(.requestID, else: .badRequestID)
            _ = try required(.model, else: .badModel)
        case .toolCall:
            _ = try required(.requestID, else: .badRequestID)
            _ = try required(.tool, else: .badTool)
        case .taskEnd, .escalation, .retry:
            _ = try required(.requestID, else: .badRequestID)
        case .circuitBreaker, .generic: break
        }
    }

    /// How a task ended, or into which state a breaker went; 0 for the other kinds.
    func outcomeCode(of kind: EventKind) throws(RejectionReason) -> UInt8 {
        switch kind {
        case .taskEnd:
            return try taskOutcome(try required(.outcome, else: .badOutcome)).rawValue
        case .circuitBreaker:
            return try breakerState(try required(.state, else: .badState)).rawValue
        default: return 0
        }
    }

    private func taskOutcome(
        _ text: UnsafeRawBufferPointer
    ) throws(RejectionReason) -> TaskOutcome {
        if text.isEqual(to: "completed") { return .completed }
        if text.isEqual(to: "failed") { return .failed }
        if text.isEqual(to: "escalated") { return .escalated }
        if text.isEqual(to: "abandoned") { return .abandoned }
        throw .badOutcome
    }

    private func breakerState(
        _ text: UnsafeRawBufferPointer
    ) throws(RejectionReason) -> BreakerState {
        if text.isEqual(to: "open") { return .open }
        if text.isEqual(to: "half-open") { return .halfOpen }
        if text.isEqual(to: "closed") { return .closed }
        throw .badState
    }
}
