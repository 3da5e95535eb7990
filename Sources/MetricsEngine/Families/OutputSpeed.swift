import AgentEvents
import EventStorage
import Rollups

/// How fast models write.
struct OutputSpeed: MetricFamily {
    static let title = "Output speed"
    static let level = MetricLevel.llmCall
    private var output = KnownSum()
    private var latency = KnownSum()

    mutating func add(_ unit: CallUnit) {
        guard unit.output.isKnown, unit.latency.isKnown else { return }
        output.add(unit.output)
        latency.add(unit.latency)
    }

    mutating func merge(_ unit: CellUnit<LLMCallCell>) {
        output.add(unit.cell.timedOutput)
        latency.add(unit.cell.outputTime)
    }

    static let speed = MetricDefinition<OutputSpeed>(
        "output_tokens_per_second_avg",
        .tokensPerSecond,
        .mean,
        "Output tokens per second of latency.",
        title: "Output tokens per second",
        worse: .lower,
        formula: "sum of output tokens / sum of latencies; none where the latter is 0",
        n: "LLM calls that know both"
    ) { family, _ in
        let (tokens, micros) = (family.output.sum, family.latency.sum)
        let speed = Double(tokens * Int128(Scale.seconds)) / Double(micros)
        return MetricValue(micros == 0 ? nil : .real(speed), n: family.output.n)
    }

    static let definitions: [MetricDefinition<OutputSpeed>] = [speed]
}

extension Metric {
    /// The output tokens per second of latency.
    package static let outputSpeed = OutputSpeed.speed.metric
}
