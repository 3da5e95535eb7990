import Rollups

/// How long requests took.
struct RequestLatency: MetricFamily {
    static let title = "Request latency"
    static let level = MetricLevel.request
    private var latencies = Samples()

    mutating func add(_ unit: RequestUnit) {
        if let latency = unit.latency { latencies.add(latency) }
    }

    mutating func merge(_ unit: CellUnit<RequestCell>) { latencies.add(unit.cell.latency) }

    mutating func addOpen(_ unit: RequestUnit) {
        if let latency = unit.latency { latencies.addOpen(latency) }
    }

    static let definitions: [MetricDefinition<RequestLatency>] =
        SampleMetrics<RequestLatency>(
            name: "request_latency_ms",
            unit: .ms,
            scale: Scale.milliseconds,
            measure: "the latency of a request",
            over: "requests with a known latency",
            samples: \.latencies
        ).definitions([.p50, .p95, .p99, .mean, .max]) + [
            MetricDefinition(
                "slow_request_rate",
                .ratio,
                .ratio,
                "The share of requests that took longer than a given time (10 s if none is given).",
                formula: "requests with a latency above the limit / requests with a known latency",
                n: "requests with a known latency"
            ) { family, facts in
                family.latencies.share(above: facts.slowMicros)
            }
        ]
}
