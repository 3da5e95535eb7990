import AgentEvents
import EventStorage

/// Its kind by pattern: `==` on an enum of another module is a generic call, a million times over.
extension CallUnit {
    var isLLMCall: Bool { if case .llmCall = kind { true } else { false } }

    var isToolCall: Bool { if case .toolCall = kind { true } else { false } }

    var isRetry: Bool { if case .retry = kind { true } else { false } }
}
