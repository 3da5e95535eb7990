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

    static let latency = SampleMetrics<LLMLatency>(
        name: "llm_latency_ms",
        title: "LLM latency",
        worse: .higher,
        unit: .ms,
        scale: Scale.milliseconds,
        measure: "the latency of an LLM call",
        over: "LLM calls with a known latency",
        samples: \.latencies
    )

    static let definitions: [MetricDefinition<LLMLatency>] = latency.definitions([
        .p50, .p95, .p99, .mean, .max,
    ])
}

extension Metric {
    /// The median latency of LLM calls.
    package static let llmLatencyP50 = LLMLatency.latency.metric(.p50)
    /// The latency that 95 % of LLM calls keep.
    package static let llmLatencyP95 = LLMLatency.latency.metric(.p95)
}
