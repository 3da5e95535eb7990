import AgentEvents
import EventStorage
import Rollups

/// How long LLM calls took.
struct LLMLatency: MetricFamily {
    static let title = "Latency of LLM calls"
    static let level = MetricLevel.llmCall
    private var latencies = Samples()

    mutating func add(_ unit: CallUnit) {
        if let latency = unit.latency.value { latencies.add(latency) }
    }

    mutating func merge(_ unit: CellUnit<LLMCallCell>) { latencies.add(unit.cell.latency) }

    static let definitions: [MetricDefinition<LLMLatency>] =
        SampleMetrics<LLMLatency>(
            name: "llm_latency_ms",
            unit: .ms,
            scale: Scale.milliseconds,
            measure: "the latency of an LLM call",
            over: "LLM calls with a known latency",
            samples: \.latencies
        ).definitions([.p50, .p95, .p99, .mean, .max])
}
