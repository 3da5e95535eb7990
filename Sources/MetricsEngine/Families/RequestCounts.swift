import Rollups

/// How many requests there were and how many of them failed.
struct RequestCounts: MetricFamily {
    static let title = "Requests and failures"
    static let level = MetricLevel.request
    private var requests: Int64 = 0
    private var failed: Int64 = 0
    private var unfinished: Int64 = 0

    mutating func add(_ unit: RequestUnit) {
        requests += 1
        if unit.failed { failed += 1 }
        if unit.outcome == .unfinished { unfinished += 1 }
    }

    mutating func merge(_ unit: CellUnit<RequestCell>) {
        requests += unit.cell.requests
        failed += unit.cell.failed
        if unit.has(.unfinished) { unfinished += unit.cell.requests }
    }

    static let errorRate = MetricDefinition<RequestCounts>(
        "error_rate",
        .ratio,
        .ratio,
        "The share of requests that failed.",
        title: "Error rate",
        worse: .higher,
        formula: "failed requests / requests",
        n: "requests"
    ) { counts, _ in .ratio(counts.failed, of: counts.requests) }

    static let requests = MetricDefinition<RequestCounts>(
        "requests",
        .count,
        .count,
        "How many requests closed.",
        title: "Requests",
        formula: "number of requests",
        n: "requests"
    ) { counts, _ in .total(counts.requests, n: counts.requests) }

    static let unfinishedRequests = MetricDefinition<RequestCounts>(
        "unfinished_requests",
        .count,
        .count,
        "How many requests never reached the task end that their agent logs.",
        title: "Unfinished requests",
        formula: "requests of outcome `unfinished`",
        n: "requests"
    ) { counts, _ in .total(counts.unfinished, n: counts.requests) }

    static let definitions: [MetricDefinition<RequestCounts>] = [
        errorRate, requests, unfinishedRequests,
    ]
}

extension Metric {
    /// The share of requests that failed.
    package static let errorRate = RequestCounts.errorRate.metric
    /// The number of requests that closed.
    package static let requests = RequestCounts.requests.metric
}
