import AgentEvents
import Rollups

/// How many tokens requests used.
struct RequestTokens: MetricFamily {
    static let title = "Tokens of requests"
    static let level = MetricLevel.request
    private var tokens = Samples()

    mutating func add(_ unit: RequestUnit) {
        if let tokens = unit.row.tokens { self.tokens.add(tokens) }
    }

    mutating func merge(_ unit: CellUnit<RequestCell>) { tokens.add(unit.cell.tokens) }

    mutating func addOpen(_ unit: RequestUnit) {
        if let tokens = unit.row.tokens { self.tokens.addOpen(tokens) }
    }

    static let perRequest = SampleMetrics<RequestTokens>(
        name: "tokens_per_request",
        title: "Tokens per request",
        unit: .tokens,
        scale: Scale.one,
        measure: "the input and output tokens of a request",
        over: "requests that know input or output tokens",
        samples: \.tokens
    )

    static let definitions: [MetricDefinition<RequestTokens>] = perRequest.definitions([
        .mean, .p50, .p95, .p99, .max,
    ])
}

extension Metric {
    /// The mean number of tokens of a request.
    package static let tokensPerRequest = RequestTokens.perRequest.metric(.mean)
}
