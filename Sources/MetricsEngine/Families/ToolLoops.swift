import AgentEvents
import Rollups

/// Requests that call their tools over and over.
struct ToolLoops: MetricFamily {
    static let title = "Loops"
    static let level = MetricLevel.request
    private var repeats = Samples()
    private var runs = Samples()
    private var requests: Int64 = 0
    private var looping: Int64 = 0

    mutating func add(_ unit: RequestUnit) {
        count(unit)
        if let most = unit.row.repeatedToolCalls.value { repeats.add(most) }
        if unit.row.toolCalls > 0 { runs.add(unit.row.consecutiveToolCalls) }
    }

    mutating func merge(_ unit: CellUnit<RequestCell>) {
        requests += unit.cell.requests
        looping += unit.cell.looping
        repeats.add(unit.cell.repeatedToolCalls)
        runs.add(unit.cell.consecutiveToolCalls)
    }

    mutating func addOpen(_ unit: RequestUnit) {
        count(unit)
        if let most = unit.row.repeatedToolCalls.value { repeats.addOpen(most) }
        if unit.row.toolCalls > 0 { runs.addOpen(unit.row.consecutiveToolCalls) }
    }

    private mutating func count(_ unit: RequestUnit) {
        requests += 1
        if unit.row.isLooping { looping += 1 }
    }

    static let loopingRequests = MetricDefinition<ToolLoops>(
        "looping_requests",
        .count,
        .count,
        "How many requests called one tool with the same arguments at least 5 times.",
        title: "Looping requests",
        worse: .higher,
        formula: "requests with at least 5 calls of one tool with the same arguments",
        n: "requests",
        seesOpen: true
    ) { loops, _ in .total(loops.looping, n: loops.requests) }

    static let maxRepeats = MetricDefinition<ToolLoops>(
        "repeated_tool_calls_max",
        .count,
        .max,
        "The most calls of one tool with the same arguments in one request.",
        title: "Repeated tool calls, max",
        formula: "max over requests of the calls of one tool with equal arguments",
        n: "requests with a tool call whose arguments were logged",
        seesOpen: true
    ) { loops, _ in loops.repeats.maximum(scale: Scale.one) }

    static let maxRun = MetricDefinition<ToolLoops>(
        "consecutive_tool_calls_max",
        .count,
        .max,
        "The longest run of one tool unbroken by an LLM call or another tool.",
        title: "Consecutive tool calls, max",
        formula: "max over requests of the length of such runs",
        n: "requests with a tool call",
        seesOpen: true
    ) { loops, _ in loops.runs.maximum(scale: Scale.one) }

    static let definitions: [MetricDefinition<ToolLoops>] = [
        loopingRequests, maxRepeats, maxRun,
    ]
}

extension Metric {
    /// The number of requests that loop.
    package static let loopingRequests = ToolLoops.loopingRequests.metric
}
