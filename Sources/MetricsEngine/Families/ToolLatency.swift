import AgentEvents
import EventStorage
import Rollups

/// How long tool calls took.
struct ToolLatency: MetricFamily {
    static let title = "Latency of tool calls"
    static let level = MetricLevel.toolCall
    private var latencies = Samples()

    mutating func add(_ unit: CallUnit) {
        if let latency = unit.latency.value { latencies.add(latency) }
    }

    mutating func merge(_ unit: CellUnit<ToolCallCell>) { latencies.add(unit.cell.latency) }

    static let latency = SampleMetrics<ToolLatency>(
        name: "tool_latency_ms",
        title: "Tool latency",
        worse: .higher,
        unit: .ms,
        scale: Scale.milliseconds,
        measure: "the latency of a tool call",
        over: "tool calls with a known latency",
        samples: \.latencies
    )

    static let definitions: [MetricDefinition<ToolLatency>] = latency.definitions([
        .p50, .p95, .p99, .mean, .max,
    ])
}

extension Metric {
    /// The median latency of tool calls.
    package static let toolLatencyP50 = ToolLatency.latency.metric(.p50)
    /// The latency that 95 % of tool calls keep.
    package static let toolLatencyP95 = ToolLatency.latency.metric(.p95)
    /// The latency that 99 % of tool calls keep.
    package static let toolLatencyP99 = ToolLatency.latency.metric(.p99)
    /// The largest latency of a tool call.
    package static let toolLatencyMax = ToolLatency.latency.metric(.max)
}
