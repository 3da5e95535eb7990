import AgentEvents
import EventStorage
import Rollups

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
    ///
    /// From the cells of all days, whatever the precision: which agents have a request of a kind is
    /// no estimate. Cells hold requests by when they close, so those that are open now are there.
    mutating func learnAgents(from snapshot: any StoreSnapshot) throws {
        try snapshot.forEachCell(of: RequestCell.self, in: [.all(.day)]) { cells in
            for unit in cells {
                if unit.has(.completed) { completingAgents.insert(unit.key.agent) }
                if unit.has(.completed) || unit.cell.escalated > 0 {
                    decidingAgents.insert(unit.key.agent)
                }
            }
        }
    }
}
