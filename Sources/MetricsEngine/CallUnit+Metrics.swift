import AgentEvents
import EventStorage

/// The kind by pattern matching: `==` on an enum of another module is a generic call, a million times over.
extension CallUnit {
    var isLLMCall: Bool { if case .llmCall = kind { true } else { false } }

    var isToolCall: Bool { if case .toolCall = kind { true } else { false } }

    var isRetry: Bool { if case .retry = kind { true } else { false } }
}

/// What is missing from a call, for metrics and for the report's quality alike.
extension CallUnit {
    /// Whether it succeeded, and so used tokens, without a log of them.
    var lacksUsage: Bool { succeeded && !input.isKnown && !output.isKnown }

    /// Whether it has neither a logged nor a computed cost.
    var isUnpriced: Bool { !cost.isKnown }
}
