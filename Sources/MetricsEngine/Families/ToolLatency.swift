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

    static let definitions: [MetricDefinition<ToolLatency>] =
        SampleMetrics<ToolLatency>(
            name: "tool_latency_ms",
            unit: .ms,
            scale: Scale.milliseconds,
            measure: "the latency of a tool call",
            over: "tool calls with a known latency",
            samples: \.latencies
        ).definitions([.p50, .p95, .p99, .mean, .max])
}
