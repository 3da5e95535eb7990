import AgentEvents
import Rollups

/// The requests that are open now, whatever the window.
struct OpenRequests: MetricFamily {
    static let title = "Open requests"
    static let level = MetricLevel.state
    typealias Cell = Never

    private var open: Int64 = 0
    private var oldest = Timestamp.distantFuture

    mutating func add(_ unit: RequestUnit) {
        open += 1
        oldest = min(oldest, unit.row.begunAt)
    }

    static let open = MetricDefinition<OpenRequests>(
        "open_requests",
        .count,
        .count,
        "How many requests are open now.",
        title: "Open requests",
        formula: "requests that began before now and close after it",
        n: "open requests"
    ) { family, _ in .total(family.open, n: family.open) }

    static let oldest = MetricDefinition<OpenRequests>(
        "oldest_open_request_seconds",
        .seconds,
        .value,
        "How long ago the oldest open request began.",
        title: "Oldest open request",
        worse: .higher,
        formula: "now - the earliest begin of an open request",
        n: "open requests"
    ) { family, facts in
        let age = facts.now.micros - family.oldest.micros
        return .single(family.open == 0 ? nil : age, scale: Scale.seconds, n: family.open)
    }

    static let definitions: [MetricDefinition<OpenRequests>] = [open, oldest]
}

extension Metric {
    /// The number of requests that are open now.
    package static let openRequests = OpenRequests.open.metric
}
