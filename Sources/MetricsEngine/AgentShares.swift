import AgentEvents

/// A share counted agent by agent, since which agents enter it is known only when every request of
/// the store has been seen.
struct AgentShares: Sendable {
    private struct Share {
        var part: Int64 = 0
        var whole: Int64 = 0
    }

    private var shares: [NameIndex: Share] = [:]

    init() {}

    /// Counts one request of an agent (`.none` is an agent, too).
    mutating func add(_ agent: NameIndex, isPart: Bool) {
        add(agent, part: isPart ? 1 : 0, whole: 1)
    }

    /// Counts the requests of a cell.
    mutating func add(_ agent: NameIndex, part: Int64, whole: Int64) {
        shares[agent, default: Share()].part += part
        shares[agent, default: Share()].whole += whole
    }

    /// The share over the requests of some agents.
    func ratio(of agents: Set<NameIndex>) -> MetricValue {
        var sum = Share()
        for (agent, share) in shares where agents.contains(agent) {
            sum.part += share.part
            sum.whole += share.whole
        }
        return .ratio(sum.part, of: sum.whole)
    }
}
