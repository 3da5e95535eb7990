package import AgentEvents

/// One request as its events make it: what does not depend on the clock or on other requests.
///
/// Its names are indices in the namespace of the events it was folded from.
package struct RequestRow: Sendable, Equatable {
    /// The store's key of its request id; 0 before it is stored.
    package var key: Int64 = 0
    /// 0 for the first request of its id, 1 for the next (ids are reused).
    package var part: Int64 = 0
    package var agent: NameIndex = .none
    package var user: NameIndex = .none
    package var session: NameIndex = .none
    /// The least start of its extent events.
    package var begunAt: Timestamp
    /// The least start of its calls; unknown where the first call has no latency.
    package var startedAt: Optional64 = nil
    /// The last `task_end`, else the last call or retry.
    package var endedAt: Timestamp
    /// Raw `TaskOutcome` of its last `task_end`, 0 where it has none.
    package var outcomeCode: UInt8 = 0
    /// What its last `task_end` says it took, in microseconds.
    package var reportedLatency: Optional64 = nil
    /// Whether its last LLM call failed, or, without one, its last tool call.
    package var lastCallFailed = false
    package var hasEscalation = false
    /// One tool was called with the same arguments at least `loopLimit` times.
    package var isLooping = false
    package var llmCalls: Int64 = 0
    package var toolCalls: Int64 = 0
    /// LLM calls with a cost.
    package var pricedCalls: Int64 = 0
    package var retryEvents: Int64 = 0
    package var inputTokens: Optional64 = nil
    package var outputTokens: Optional64 = nil
    /// Nano-dollars over the priced calls; unknown where none is.
    package var cost: Optional64 = nil
    /// The largest share of a context window that a call used, in units of 1e-9.
    package var contextUtilization: Optional64 = nil
    /// Most calls of one tool with the same arguments; unknown where no arguments were logged.
    package var repeatedToolCalls: Optional64 = nil
    /// The longest run of one tool unbroken by an LLM call.
    package var consecutiveToolCalls: Int64 = 0

    package init(begunAt: Timestamp, endedAt: Timestamp) {
        self.begunAt = begunAt
        self.endedAt = endedAt
    }

    package var taskOutcome: TaskOutcome? { TaskOutcome(rawValue: outcomeCode) }

    /// Input and output tokens together; unknown where neither is known.
    package var tokens: Int64? {
        guard inputTokens.isKnown || outputTokens.isKnown else { return nil }
        // The unknown one of two adds nothing to a sum that is documented as "what is known".
        return (inputTokens.value ?? 0) + (outputTokens.value ?? 0)
    }

    /// Whether some of its LLM calls have no cost.
    package var isPartlyUnpriced: Bool { pricedCalls < llmCalls }
}
