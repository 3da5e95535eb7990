import Rollups

/// How many requests were handed to a person.
struct Escalation: MetricFamily {
    static let title = "Escalation"
    static let level = MetricLevel.request
    private var shares = AgentShares()

    mutating func add(_ unit: RequestUnit) {
        shares.add(unit.row.agent, isPart: unit.escalated)
    }

    mutating func merge(_ unit: CellUnit<RequestCell>) {
        shares.add(unit.key.agent, part: unit.cell.escalated, whole: unit.cell.requests)
    }

    static let rate = MetricDefinition<Escalation>(
        "escalation_rate",
        .ratio,
        .ratio,
        "The share of requests that were escalated.",
        title: "Escalation rate",
        worse: .higher,
        formula:
            "escalated requests / requests, both of agents that ever escalated or completed"
            + " a request",
        n: "requests of such agents",
        asksAgents: true
    ) { family, facts in family.shares.ratio(of: facts.decidingAgents) }

    static let definitions: [MetricDefinition<Escalation>] = [rate]
}

extension Metric {
    /// The share of requests that were escalated.
    package static let escalationRate = Escalation.rate.metric
}
