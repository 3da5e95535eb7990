package import AgentEvents

/// A field that the native format defines, whatever the event; the only list of their names.
package enum NativeField: UInt8, Sendable, CaseIterable {
    case event
    case requestID
    case timestamp
    case model
    case tool
    case inputTokens
    case outputTokens
    case latency
    case success
    case cost
    case error
    case errorType
    case agent
    case user
    case session
    case provider
    case cacheReadTokens
    case cacheWriteTokens
    case reasoningTokens
    case inputIncludesCache
    case contextWindow
    case timeToFirstToken
    case stopReason
    case attempt
    case eventID
    case parentID
    case arguments
    case argumentsHash
    case outcome
    case reason
    case delay
    case state
    case name
    case failureCount

    /// The key in the log.
    package var key: String {
        switch self {
        case .event: "event"
        case .requestID: "request_id"
        case .timestamp: "timestamp"
        case .model: "model"
        case .tool: "tool"
        case .inputTokens: "input_tokens"
        case .outputTokens: "output_tokens"
        case .latency: "latency_ms"
        case .success: "success"
        case .cost: "cost_usd"
        case .error: "error"
        case .errorType: "error_type"
        case .agent: "agent"
        case .user: "user_id"
        case .session: "session_id"
        case .provider: "provider"
        case .cacheReadTokens: "cache_read_tokens"
        case .cacheWriteTokens: "cache_write_tokens"
        case .reasoningTokens: "reasoning_tokens"
        case .inputIncludesCache: "input_includes_cache"
        case .contextWindow: "context_window"
        case .timeToFirstToken: "ttft_ms"
        case .stopReason: "stop_reason"
        case .attempt: "attempt"
        case .eventID: "event_id"
        case .parentID: "parent_id"
        case .arguments: "arguments"
        case .argumentsHash: "arguments_hash"
        case .outcome: "outcome"
        case .reason: "reason"
        case .delay: "delay_ms"
        case .state: "state"
        case .name: "name"
        case .failureCount: "failure_count"
        }
    }
}

/// Some of the native fields, in eight bytes.
package struct NativeFields: OptionSet, Sendable, Hashable {
    package var rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The set of one field.
    package init(_ field: NativeField) { rawValue = 1 << UInt64(field.rawValue) }

    /// The members in the order of the enumeration.
    package var fields: [NativeField] {
        NativeField.allCases.filter { contains(NativeFields($0)) }
    }

    /// How many members there are.
    package var count: Int { rawValue.nonzeroBitCount }

    /// Adds one field.
    package mutating func insert(_ field: NativeField) { rawValue |= 1 << UInt64(field.rawValue) }

    /// Whether the field is a member.
    package func contains(_ field: NativeField) -> Bool {
        rawValue & (1 << UInt64(field.rawValue)) != 0
    }
}

/// The optional fields of a line that were dropped because of their type or range.
package typealias FieldErrors = NativeFields

extension NativeFields {
    /// The fields that an event of this kind may have; every other key is an attribute.
    package init(of kind: EventKind) {
        switch kind {
        case .llmCall: self = .llmCall
        case .toolCall: self = .toolCall
        case .taskEnd: self = .taskEnd
        case .escalation: self = .escalation
        case .retry: self = .retry
        case .circuitBreaker: self = .circuitBreaker
        case .generic: self = .generic
        }
    }

    private static let common = set(.event, .requestID, .timestamp)
    private static let identities = set(.agent, .user, .session, .eventID, .parentID)
    private static let llmCall = common.union(identities).union(
        set(
            .model,
            .inputTokens,
            .outputTokens,
            .latency,
            .success,
            .cost,
            .error,
            .errorType,
            .provider,
            .cacheReadTokens,
            .cacheWriteTokens,
            .reasoningTokens,
            .inputIncludesCache,
            .contextWindow,
            .timeToFirstToken,
            .stopReason,
            .attempt
        )
    )
    private static let toolCall = common.union(identities).union(
        set(.tool, .latency, .success, .error, .errorType, .arguments, .argumentsHash)
    )
    private static let taskEnd = common.union(identities).union(set(.outcome, .latency, .error))
    private static let escalation = common.union(identities).union(set(.reason))
    private static let retry = common.union(set(.attempt, .delay, .errorType))
    private static let circuitBreaker = common.union(set(.state, .name, .failureCount))
    private static let generic = common.union(identities)

    private static func set(_ fields: NativeField...) -> NativeFields {
        fields.reduce(into: NativeFields(rawValue: 0)) { $0.insert($1) }
    }
}
