import MetricsEngine

/// What metrics are called on pages, and which way is the bad one.
enum MetricTitle {
    /// The title of a metric; metrics without a title keep their name.
    static func text(_ metric: Metric) -> String { titles[metric.name] ?? metric.name }

    /// Whether more of it is worse; `nil` where it is neither.
    static func isBadUpward(_ metric: Metric) -> Bool? {
        let name = metric.name
        if ["tool_success_rate", "task_completion_rate", "cache_hit_ratio"].contains(name) {
            return false
        }
        if name.hasSuffix("_per_second_avg") { return false }
        let bad = ["latency", "error", "context", "cost", "escalation", "retries", "rate_limited"]
        return bad.contains(where: name.contains) ? true : nil
    }

    private static let titles = [
        "request_latency_ms_p50": "Request latency, p50",
        "request_latency_ms_p95": "Request latency, p95",
        "request_latency_ms_p99": "Request latency, p99",
        "error_rate": "Error rate",
        "context_utilization_p95": "Context utilization, p95",
        "cost_per_request_usd_avg": "Cost per request",
        "cost_per_completed_task_usd": "Cost per completed task",
        "tool_success_rate": "Tool success rate",
        "task_completion_rate": "Task completion rate",
        "escalation_rate": "Escalation rate",
        "requests": "Requests",
        "open_requests": "Open requests",
        "llm_calls": "LLM calls",
        "llm_error_rate": "LLM error rate",
        "llm_latency_ms_p50": "LLM latency, p50",
        "llm_latency_ms_p95": "LLM latency, p95",
        "tool_calls": "Tool calls",
        "tool_latency_ms_p95": "Tool latency, p95",
        "cost_usd_total": "Cost",
        "input_tokens": "Input tokens",
        "output_tokens": "Output tokens",
        "cache_hit_ratio": "Cache hits",
        "unpriced_calls": "Calls without a price",
        "retries": "Retries",
        "rate_limited": "Rate limited calls",
        "looping_requests": "Looping requests",
    ]
}
