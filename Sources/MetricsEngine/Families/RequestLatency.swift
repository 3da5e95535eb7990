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

    static let latency = SampleMetrics<RequestLatency>(
        name: "request_latency_ms",
        title: "Request latency",
        worse: .higher,
        unit: .ms,
        scale: Scale.milliseconds,
        measure: "the latency of a request",
        over: "requests with a known latency",
        samples: \.latencies
    )

    static let slowRate = MetricDefinition<RequestLatency>(
        "slow_request_rate",
        .ratio,
        .ratio,
        "The share of requests that took longer than a given time (10 s if none is given).",
        title: "Slow requests",
        worse: .higher,
        formula: "requests with a latency above the limit / requests with a known latency",
        n: "requests with a known latency",
        needsSketches: true
    ) { family, facts in
        family.latencies.share(above: facts.slowMicros)
    }

    static let definitions: [MetricDefinition<RequestLatency>] =
        latency.definitions([.p50, .p95, .p99, .mean, .max]) + [slowRate]
}

extension Metric {
    /// The median latency of requests.
    package static let requestLatencyP50 = RequestLatency.latency.metric(.p50)
    /// The latency that 95 % of requests keep.
    package static let requestLatencyP95 = RequestLatency.latency.metric(.p95)
    /// The latency that 99 % of requests keep.
    package static let requestLatencyP99 = RequestLatency.latency.metric(.p99)
}
