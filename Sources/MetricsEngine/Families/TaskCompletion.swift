import Rollups

/// How many tasks were completed, where agents say so.
struct TaskCompletion: MetricFamily {
    static let title = "Task completion"
    static let level = MetricLevel.request
    private var shares = AgentShares()

    mutating func add(_ unit: RequestUnit) {
        guard unit.outcome != .none else { return }
        shares.add(unit.row.agent, isPart: unit.outcome == .completed)
    }

    mutating func merge(_ unit: CellUnit<RequestCell>) {
        guard !unit.has(.none) else { return }
        let requests = unit.cell.requests
        shares.add(unit.key.agent, part: unit.has(.completed) ? requests : 0, whole: requests)
    }

    static let rate = MetricDefinition<TaskCompletion>(
        "task_completion_rate",
        .ratio,
        .ratio,
        "The share of requests with an outcome that were completed.",
        title: "Task completion rate",
        worse: .lower,
        formula: "completed requests / requests with an outcome (`unfinished` is one), both of"
            + " agents that ever completed a request",
        n: "requests with an outcome, of such agents",
        asksAgents: true
    ) { family, facts in family.shares.ratio(of: facts.completingAgents) }

    static let definitions: [MetricDefinition<TaskCompletion>] = [rate]
}

extension Metric {
    /// The share of tasks that were completed.
    package static let taskCompletionRate = TaskCompletion.rate.metric
}
