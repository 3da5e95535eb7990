import AgentEvents
import EventStorage
import Rollups

/// How long LLM calls took to begin to answer.
struct TimeToFirstToken: MetricFamily {
    static let title = "Time to first token"
    static let level = MetricLevel.llmCall
    private var times = Samples()

    mutating func add(_ unit: CallUnit) {
        if let time = unit.timeToFirstToken.value { times.add(time) }
    }

    mutating func merge(_ unit: CellUnit<LLMCallCell>) { times.add(unit.cell.timeToFirstToken) }

    static let time = SampleMetrics<TimeToFirstToken>(
        name: "ttft_ms",
        title: "Time to first token",
        worse: .higher,
        unit: .ms,
        scale: Scale.milliseconds,
        measure: "the time to the first token of an LLM call",
        over: "LLM calls that know it",
        samples: \.times
    )

    static let definitions: [MetricDefinition<TimeToFirstToken>] = time.definitions([
        .p50, .p95, .p99,
    ])
}

extension Metric {
    /// The time to the first token that 95 % of LLM calls keep.
    package static let timeToFirstTokenP95 = TimeToFirstToken.time.metric(.p95)
}
