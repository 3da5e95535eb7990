/// What a line of a log tells about.
///
/// Raw values are stored in `events.kind`.
package enum EventKind: UInt8, Sendable, CaseIterable {
    case llmCall = 1
    case toolCall = 2
    case taskEnd = 3
    case escalation = 4
    case retry = 5
    case circuitBreaker = 6
    /// Any other `event` value: kept, and part of no metric.
    case generic = 7

    /// Whether the event is part of a request's extent: it gives the request its times.
    @inlinable package var isExtent: Bool {
        switch self {
        case .llmCall, .toolCall, .taskEnd, .retry: true
        case .escalation, .circuitBreaker, .generic: false
        }
    }

    @inlinable package var isCall: Bool { self == .llmCall || self == .toolCall }
}

/// How a task ended.
///
/// Raw values are stored in `events.outcome` and `requests.outcome`.
package enum TaskOutcome: UInt8, Sendable, CaseIterable {
    case completed = 1
    case failed = 2
    case escalated = 3
    case abandoned = 4

    /// The word in the log.
    package var name: String {
        switch self {
        case .completed: "completed"
        case .failed: "failed"
        case .escalated: "escalated"
        case .abandoned: "abandoned"
        }
    }
}

/// The class of an error.
///
/// Raw values are stored in `events.error_class`.
package enum ErrorClass: UInt8, Sendable, CaseIterable {
    case rateLimit = 1
    case overloaded = 2
    case server = 3
    case timeout = 4
    case connection = 5
    case auth = 6
    case invalidRequest = 7
    case contextLength = 8
    case contentFilter = 9
    case toolError = 10
    case denied = 11
    case cancelled = 12
    case maxTurns = 13
    case other = 14

    /// The name that reports show and that `--by error` groups by.
    package var name: String {
        switch self {
        case .rateLimit: "rate_limit"
        case .overloaded: "overloaded"
        case .server: "server"
        case .timeout: "timeout"
        case .connection: "connection"
        case .auth: "auth"
        case .invalidRequest: "invalid_request"
        case .contextLength: "context_length"
        case .contentFilter: "content_filter"
        case .toolError: "tool_error"
        case .denied: "denied"
        case .cancelled: "cancelled"
        case .maxTurns: "max_turns"
        case .other: "other"
        }
    }
}

/// The state that a circuit breaker went into.
///
/// Raw values are stored in `events.outcome`.
package enum BreakerState: UInt8, Sendable, CaseIterable {
    case open = 11
    case halfOpen = 12
    case closed = 13

    package var name: String {
        switch self {
        case .open: "open"
        case .halfOpen: "half-open"
        case .closed: "closed"
        }
    }
}
