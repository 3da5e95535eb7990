import AgentEvents
import Rollups

/// How many LLM calls requests made.
struct CallsPerRequest: MetricFamily {
    static let title = "Calls of requests"
    static let level = MetricLevel.request
    private var calls = Samples()

    mutating func add(_ unit: RequestUnit) { calls.add(unit.row.llmCalls) }

    mutating func merge(_ unit: CellUnit<RequestCell>) { calls.add(unit.cell.llmCalls) }

    mutating func addOpen(_ unit: RequestUnit) { calls.addOpen(unit.row.llmCalls) }

    static let perRequest = SampleMetrics<CallsPerRequest>(
        name: "llm_calls_per_request",
        title: "LLM calls per request",
        unit: .count,
        scale: Scale.one,
        measure: "the number of LLM calls of a request",
        over: "requests",
        samples: \.calls
    )

    static let definitions: [MetricDefinition<CallsPerRequest>] = perRequest.definitions([
        .mean, .max,
    ])
}
