/// One event of an agent, as every format is decoded to: fixed size, no references.
///
/// Names and texts are indices into the tables of the `EventBatch` that holds the event. Token
/// classes are disjoint and unknown where the log said nothing: missing is not zero.
package struct AgentEvent: Sendable, Equatable {
    package var kind: EventKind
    /// Whether a call succeeded, which is so exactly where it has no error class; stores keep
    /// only that.
    ///
    /// True and meaningless for the other kinds.
    package var succeeded = true
    /// Raw value of a `TaskOutcome` (task ends) or a `BreakerState` (breaker events), 0 for none.
    package var outcomeCode: UInt8 = 0
    /// Raw value of an `ErrorClass`, 0 for none.
    package var errorClassCode: UInt8 = 0
    package var flags = Flags(rawValue: 0)
    /// Index into `EventBatch.sources`.
    package var source: UInt32
    /// Byte offset of the line in its source.
    package var offset: Int64
    /// When it happened; a call's time is its end.
    package var timestamp: Timestamp
    /// Index into `EventBatch.requestIDs`, or `.none`.
    package var request: RequestIndex = .none
    package var agent: NameIndex = .none
    package var user: NameIndex = .none
    package var session: NameIndex = .none
    /// The model of an LLM call, the tool of a tool call, the name of a breaker, the `event` value
    /// of a generic event.
    package var subject: NameIndex = .none
    package var provider: NameIndex = .none
    /// The text of the error with digits and ids masked, so that equal errors are one name.
    package var errorText: NameIndex = .none
    package var stopReason: NameIndex = .none
    /// Microseconds, 0 up to 30 days.
    package var latency: Optional64 = nil
    /// Microseconds until the first token.
    package var timeToFirstToken: Optional64 = nil
    /// Input tokens that were neither read from nor written to a cache.
    package var uncachedInput: Optional64 = nil
    package var cacheRead: Optional64 = nil
    /// Written to a cache that lives five minutes (the usual one).
    package var cacheWrite: Optional64 = nil
    /// Written to a cache that lives an hour.
    package var cacheWriteHour: Optional64 = nil
    /// Output tokens, reasoning included.
    package var output: Optional64 = nil
    package var reasoning: Optional64 = nil
    /// Nano-dollars; logged, or computed when the event was stored.
    package var cost: Optional64 = nil
    /// Tokens that the model can hold.
    package var contextWindow: Optional64 = nil
    /// The first six bytes of the SHA-256 of a tool call's arguments.
    package var argumentsHash: Optional64 = nil
    package var attempt: Optional64 = nil
    package var eventID: TextIndex = .none
    package var parentID: TextIndex = .none
    /// The other fields as a JSON object.
    package var attributes: TextIndex = .none

    package init(kind: EventKind, source: UInt32, offset: Int64, timestamp: Timestamp) {
        self.kind = kind
        self.source = source
        self.offset = offset
        self.timestamp = timestamp
    }

    /// What is known of an event beyond its values.
    ///
    /// Raw values are stored in `flags` of events and `named` of origins.
    package struct Flags: OptionSet, Sendable, Equatable {
        package var rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The cost stood in the log.
        package static let costLogged = Flags(rawValue: 1)
        /// The line's cache classes exceeded its `input_tokens`.
        package static let inconsistentUsage = Flags(rawValue: 2)
        /// The event itself names the agent (otherwise it is its request's).
        package static let ownAgent = Flags(rawValue: 4)
        package static let ownUser = Flags(rawValue: 8)
        package static let ownSession = Flags(rawValue: 16)
        /// It counts in `retries`: a retry event, or a later attempt in a request without one.
        package static let countsAsRetry = Flags(rawValue: 32)
        /// A later event with the same `event_id`: it is counted and not stored.
        package static let duplicate = Flags(rawValue: 64)
        /// Its request id belongs to no request; only between stores.
        package static let orphan = Flags(rawValue: 128)
    }
}

extension AgentEvent {
    package var outcome: TaskOutcome? { TaskOutcome(rawValue: outcomeCode) }
    package var errorClass: ErrorClass? { ErrorClass(rawValue: errorClassCode) }

    /// When it began: a call's end less its latency, else its timestamp.
    @inlinable package var start: Timestamp {
        guard kind.isCall, let latency = latency.value else { return timestamp }
        return timestamp - latency
    }

    /// All input classes together; unknown where the uncached input is, since it is most of it.
    @inlinable package var totalInput: Int64? {
        guard var sum = uncachedInput.value else { return nil }
        if cacheRead.isKnown { sum += cacheRead.raw }
        if cacheWrite.isKnown { sum += cacheWrite.raw }
        if cacheWriteHour.isKnown { sum += cacheWriteHour.raw }
        return sum
    }

    /// Input and output tokens as a share of the context window in units of 1e-9, rounded half to
    /// even; unknown without a window or without any token count.
    ///
    /// May exceed 1e9.
    package var contextUtilization: Int64? {
        guard let window = contextWindow.value, window > 0 else { return nil }
        let input = totalInput
        guard input != nil || output.isKnown else { return nil }
        // One of the two classes being unknown leaves the other as the least the context held.
        let tokens = (input ?? 0) + (output.value ?? 0)
        return roundedHalfEven(tokens, times: 1_000_000_000, over: window)
    }
}
