import AgentEvents
import MetricsEngine
import Testing

struct CallMetricTests {
    /// Three LLM calls (one failed and unpriced, one that knows little), a tool, a retry.
    private static var store: MemorySnapshot {
        var store = MemorySnapshot()
        store.add(.llmCall, "a", at: 10, agent: "x", subject: "gpt", provider: "openai") {
            $0.latency = 2_000_000
            $0.timeToFirstToken = 300_000
            $0.uncachedInput = 600
            $0.cacheRead = 400
            $0.output = 50
            $0.cost = 1_500_000_001
        }
        store.add(.llmCall, "a", at: 12, subject: "gpt", provider: "openai") {
            $0.succeeded = false
            $0.errorClassCode = ErrorClass.rateLimit.rawValue
            $0.attempt = 2
            $0.latency = 0
        }
        store.add(.retry, "a", at: 13) { $0.errorClassCode = ErrorClass.rateLimit.rawValue }
        store.add(.toolCall, "a", at: 14, subject: "search") { $0.latency = 5_000 }
        store.add(.toolCall, "a", at: 15, subject: "search") {
            $0.succeeded = false
            $0.errorClassCode = ErrorClass.timeout.rawValue
        }
        store.add(.llmCall, "b", at: 16, agent: "y", subject: "claude") { $0.attempt = 3 }
        return store
    }

    static let values: [(metric: String, value: MetricValue)] = [
        ("llm_calls", .whole(3, n: 3)),
        ("llm_error_rate", .real(1.0 / 3, n: 3)),
        ("rate_limited", .whole(1, n: 3)),
        ("retries", .whole(2, n: 3)),
        ("input_tokens", .whole(1_000, n: 1)),
        ("output_tokens", .whole(50, n: 1)),
        ("cache_read_tokens", .whole(400, n: 1)),
        ("cache_write_tokens", .whole(0, n: 0)),
        ("cache_hit_ratio", .real(0.4, n: 1)),
        ("output_tokens_per_second_avg", .real(25, n: 1)),
        ("cost_usd_total", .real(1.500000001, n: 1)),
        ("unpriced_calls", .whole(2, n: 3)),
        ("missing_usage_calls", .whole(1, n: 3)),
        ("llm_latency_ms_avg", .real(1_000, n: 2)),
        ("ttft_ms_p50", .real(300, n: 1)),
        ("tool_calls", .whole(2, n: 2)),
        ("tool_success_rate", .real(0.5, n: 2)),
        ("tool_latency_ms_p95", .real(5, n: 1)),
        ("tokens_per_request_avg", .real(1_050, n: 1)),
        ("llm_calls_per_request_avg", .real(1.5, n: 2)),
        ("consecutive_tool_calls_max", .whole(2, n: 1)),
        ("repeated_tool_calls_max", .nothing()),
        ("cost_per_request_usd_avg", .real(1.500000001, n: 1)),
        ("cost_per_completed_task_usd", .nothing()),
        ("context_utilization_p95", .nothing()),
    ]

    @Test("Metrics have the values worked out by hand", arguments: values)
    func byHand(expected: (metric: String, value: MetricValue)) throws {
        #expect(try Self.store.report().value(expected.metric) == expected.value)
    }

    @Test("Speed is null where the latencies sum to 0")
    func noTime() throws {
        var store = MemorySnapshot()
        store.add(.llmCall, "a", at: 1, subject: "m") {
            $0.latency = 0
            $0.output = 9
        }
        #expect(try store.report().value("output_tokens_per_second_avg") == .nothing(n: 1))
    }

    @Test("The cache hit ratio is over calls that know both its sides")
    func halfKnown() throws {
        var store = MemorySnapshot()
        store.add(.llmCall, "a", at: 1, subject: "m") {
            $0.uncachedInput = 30
            $0.cacheRead = 10
        }
        store.add(.llmCall, "a", at: 2, subject: "m") { $0.uncachedInput = 1_000 }
        store.add(.llmCall, "a", at: 3, subject: "m") { $0.output = 5 }
        let report = try store.report()
        #expect(report.value("cache_hit_ratio") == .real(0.25, n: 1))
        #expect(report.value("input_tokens") == .whole(1_040, n: 2))
        store = MemorySnapshot()
        store.add(.llmCall, "a", at: 1, subject: "m") {
            $0.uncachedInput = 0
            $0.cacheRead = 0
        }
        #expect(try store.report().value("cache_hit_ratio") == .nothing(n: 1))
    }

    @Test("Retry events have no model")
    func retriesByModel() throws {
        let report = try Self.store.report(by: [.model], metrics: ["retries"])
        #expect(report.keys == [[.name("claude")], [.name("gpt")], [.none]])
        #expect(report.value("retries", .name("claude")) == .whole(1, n: 1))
        #expect(report.value("retries", .name("gpt")) == .whole(0, n: 2))
        #expect(report.value("retries", .none) == .whole(1, n: 0))
    }

    @Test("A call without an agent has its request's")
    func byAgent() throws {
        let report = try Self.store.report(by: [.agent], metrics: ["llm_calls", "tool_calls"])
        #expect(report.value("llm_calls", .name("x")) == .whole(2, n: 2))
        #expect(report.value("tool_calls", .name("x")) == .whole(2, n: 2))
        #expect(report.value("tool_calls", .name("y")) == .whole(0, n: 0))
    }

    @Test("Errors group by class, successes by none")
    func byError() throws {
        let report = try Self.store.report(by: [.error], metrics: ["llm_calls", "tool_calls"])
        #expect(report.keys == [[.name("rate_limit")], [.name("timeout")], [.none]])
        #expect(report.value("llm_calls", .none) == .whole(2, n: 2))
    }

    @Test(
        "Slow means strictly above the asked latency",
        arguments: [(1_999_999, 0.5), (2_000_000, 0)]
    )
    func slow(limit: Int64, rate: Double) throws {
        var store = MemorySnapshot()
        for (id, latency) in [("a", 2_000_000), ("b", 10)] {
            store.add(.toolCall, id, at: 1, subject: "t") {
                $0.latency = Optional64(Int64(latency))
            }
        }
        #expect(try store.report(slowMicros: limit).value("slow_request_rate") == .real(rate, n: 2))
    }

    @Test("Costs whose sum leaves 64 bits are summed all the same")
    func largeCosts() throws {
        var store = MemorySnapshot()
        for index in 0..<100 {
            store.add(.llmCall, "r\(index)", at: 1, subject: "m") { $0.cost = Optional64(.max / 2) }
        }
        let total = try #require(try store.report().value("cost_usd_total")?.value?.double)
        #expect(abs(total / (Double(Int64.max / 2) / 1e9 * 100) - 1) < 1e-12)
    }

    @Test("Quality counts what LLM calls lack, within the filters that they carry")
    func quality() throws {
        var store = Self.store
        store.add(.escalation, "lost", at: 5, agent: "x")
        let all = try store.report().quality
        #expect(all.unpricedCalls == 2)
        #expect(all.missingUsageCalls == 1)
        #expect(all.orphanEvents == 1)
        let tools = try store.report(filters: [MetricFilter(.tool, ["search"])]).quality
        #expect(tools == all)
        let other = try store.report(filters: [MetricFilter(.agent, ["y"])]).quality
        #expect((other.unpricedCalls, other.orphanEvents) == (1, 0))
    }
}
