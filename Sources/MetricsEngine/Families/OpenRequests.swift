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

    static let definitions: [MetricDefinition<OpenRequests>] = [
        MetricDefinition(
            "open_requests",
            .count,
            .count,
            "How many requests are open now.",
            formula: "requests that began before now and close after it",
            n: "open requests"
        ) { family, _ in .total(family.open, n: family.open) },
        MetricDefinition(
            "oldest_open_request_seconds",
            .seconds,
            .value,
            "How long ago the oldest open request began.",
            formula: "now - the earliest begin of an open request",
            n: "open requests"
        ) { family, facts in
            let age = facts.now.micros - family.oldest.micros
            return .single(family.open == 0 ? nil : age, scale: Scale.seconds, n: family.open)
        },
    ]
}
