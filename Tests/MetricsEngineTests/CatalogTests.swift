import MetricsEngine
import Testing

struct CatalogTests {
    /// The metrics of the specification, written out.
    private static let specified = [
        "request_latency_ms_{p50,p95,p99,avg,max}", "error_rate",
        "context_utilization_{p95,avg,max}",
        "cost_per_request_usd_{avg,p95,max}", "tool_success_rate", "task_completion_rate",
        "escalation_rate", "requests", "open_requests", "oldest_open_request_seconds",
        "unfinished_requests", "tokens_per_request_{avg,p50,p95,p99,max}",
        "cost_per_completed_task_usd", "llm_calls_per_request_{avg,max}", "slow_request_rate",
        "repeated_tool_calls_max", "consecutive_tool_calls_max", "looping_requests", "llm_calls",
        "llm_error_rate", "llm_latency_ms_{p50,p95,p99,avg,max}", "ttft_ms_{p50,p95,p99}",
        "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens",
        "cache_hit_ratio", "output_tokens_per_second_avg", "cost_usd_total", "retries",
        "rate_limited", "unpriced_calls", "missing_usage_calls", "tool_calls",
        "tool_latency_ms_{p50,p95,p99,avg,max}", "lines", "events", "duplicates", "rejected",
        "skipped", "field_errors", "late_events", "ingest_lag_seconds",
    ].flatMap(expanded)

    private static func expanded(_ pattern: String) -> [String] {
        guard let brace = pattern.firstIndex(of: "{") else { return [pattern] }
        let statistics = pattern[pattern.index(after: brace)...].dropLast().split(separator: ",")
        return statistics.map { String(pattern[..<brace] + $0) }
    }

    @Test("The catalog has the specified metrics, each once")
    func names() {
        let names = MetricCatalog.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Set(names) == Set(Self.specified))
    }

    @Test("The seven key metrics come in their order")
    func keyMetrics() {
        #expect(
            MetricCatalog.keyMetrics.map(\.name) == [
                "request_latency_ms_p95", "error_rate", "context_utilization_p95",
                "cost_per_request_usd_avg", "tool_success_rate", "task_completion_rate",
                "escalation_rate",
            ]
        )
    }

    @Test("The metrics that the program names are those of the catalog, as it has them")
    func members() {
        let members: [Metric] = [
            .requestLatencyP50, .requestLatencyP95, .requestLatencyP99, .errorRate, .requests,
            .contextUtilizationP95, .costPerRequest, .costPerCompletedTask, .taskCompletionRate,
            .escalationRate, .tokensPerRequest, .loopingRequests, .openRequests, .toolSuccessRate,
            .toolCalls, .toolLatencyP50, .toolLatencyP95, .toolLatencyP99, .toolLatencyMax,
            .llmCalls, .llmErrorRate, .rateLimited, .llmLatencyP50, .llmLatencyP95,
            .timeToFirstTokenP95, .inputTokens, .outputTokens, .cacheReadTokens, .cacheHitRatio,
            .outputSpeed, .cost, .unpricedCalls, .retries, .linesRead, .lateEvents, .ingestLag,
        ]
        for member in members {
            let found = MetricCatalog.metric(named: member.name)
            #expect(found?.statistic == member.statistic, "\(member.name)")
            #expect(found?.title == member.title, "\(member.name)")
        }
        #expect(Set(members).count == members.count)
    }

    @Test("Titles are written for people, and no two metrics share one")
    func titles() {
        let titles = MetricCatalog.all.map(\.title)
        #expect(Set(titles).count == titles.count)
        for title in titles {
            #expect(!title.contains("_"), "\(title)")
            #expect(title.first?.isUppercase == true, "\(title)")
        }
        #expect(Metric.llmLatencyP95.title == "LLM latency, p95")
        #expect(Metric.costPerRequest.title == "Cost per request, mean")
    }

    @Test("Prometheus' names are in base units")
    func expositionNames() {
        #expect(Metric.requestLatencyP95.expositionName == "request_latency_p95_seconds")
        #expect(Metric.requestLatencyP95.expositionScale == 1_000)
        #expect(Metric.cost.expositionName == "cost_usd_total_value")
        #expect(Metric.errorRate.expositionName == "error_rate")
        #expect(Metric.errorRate.expositionScale == 1)
    }

    @Test("A metric is found by its exact name")
    func lookup() {
        #expect(MetricCatalog.metric(named: "Error_Rate") == nil)
        #expect(MetricCatalog.metric(named: "") == nil)
        for metric in MetricCatalog.all {
            #expect(MetricCatalog.metric(named: metric.name) == metric)
        }
    }

    @Test("The reference page has every metric and every dimension once as a row")
    func reference() {
        let page = MetricCatalog.reference()
        let lines = page.split(separator: "\n")
        for metric in MetricCatalog.all {
            let row = "| `\(metric.name)` | \(metric.unit.rawValue) |"
            #expect(lines.count { $0.hasPrefix(row) } == 1, "\(metric.name)")
        }
        for dimension in Dimension.allCases {
            #expect(
                lines.count { $0.hasPrefix("| `\(dimension.rawValue)` |") } == 1,
                "\(dimension)"
            )
        }
        #expect(page.hasPrefix("# Metrics\n"))
        #expect(page.hasSuffix("|\n"))
    }

    @Test("Every metric says why it does not carry a dimension that it does not carry")
    func reasons() {
        for metric in MetricCatalog.all {
            #expect(metric.summary.last == ".", "\(metric.name)")
            for dimension in Dimension.allCases where !metric.carries(dimension) {
                #expect(metric.whyNot(dimension).hasPrefix(metric.level.units), "\(metric.name)")
            }
        }
    }

    @Test(
        "The nearest name is found, or none where nothing is near",
        arguments: [
            ("eror_rate", "error_rate"), ("error_raet", "error_rate"), ("ERROR_RATE", "error_rate"),
            ("llm_latency_p95", "llm_latency_ms_p95"), ("x", nil), ("", nil), ("weather", nil),
        ] as [(String, String?)]
    )
    func nearest(word: String, expected: String?) {
        #expect(NearestName.of(word, in: MetricCatalog.all.map(\.name)) == expected)
    }

    @Test("Without names there is no nearest one, and swaps are one edit")
    func nearestEdges() {
        #expect(NearestName.of("agent", in: []) == nil)
        #expect(NearestName.of("ab", in: ["ba"]) == "ba")
        #expect(NearestName.of("tool", in: ["toll", "tools"]) == "toll")
    }
}
