import AgentEvents
import EventStorage

/// What a value depends on beside the tally of its group.
struct QueryFacts: Sendable {
    var now: Timestamp
    var slowMicros: Int64
    var paddedTo: Int64
    /// Agents of which the store holds a completed request, at any time and behind every filter.
    var completingAgents: Set<NameIndex> = []
    /// Agents of which the store holds a completed or an escalated request.
    var decidingAgents: Set<NameIndex> = []
}

extension QueryFacts {
    /// Fills in the agents.
    mutating func learnAgents(from snapshot: any StoreSnapshot) throws {
        let outcomes = try snapshot.agentOutcomes()
        (completingAgents, decidingAgents) = (outcomes.completing, outcomes.deciding)
    }
}
