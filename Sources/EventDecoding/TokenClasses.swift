import AgentEvents

/// Splits logged token counts into the disjoint classes that are stored.
extension LineFields {
    /// Input, cache and output tokens.
    ///
    /// The cache classes are part of the input unless the line says
    /// otherwise; where they exceed it, it cannot be so, and the event is marked.
    mutating func readTokens(into event: inout AgentEvent) {
        let input = tokens(.inputTokens)
        event.cacheRead = tokens(.cacheReadTokens)
        event.cacheWrite = tokens(.cacheWriteTokens)
        event.output = tokens(.outputTokens)
        event.reasoning = tokens(.reasoningTokens)
        event.uncachedInput = input
        // The format's default: input includes the cache classes.
        let includesCache = flag(.inputIncludesCache) ?? true
        guard includesCache, let total = input.value else { return }
        // An unknown class took nothing out of the input that is known.
        let cached = (event.cacheRead.value ?? 0) + (event.cacheWrite.value ?? 0)
        if cached <= total {
            event.uncachedInput = Optional64(total - cached)
        } else {
            event.flags.insert(.inconsistentUsage)
        }
    }
}
