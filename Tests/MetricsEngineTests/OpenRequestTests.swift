import AgentEvents
import MetricsEngine
import Testing

struct OpenRequestTests {
    /// One closed request, and one that is in the middle of a loop at 1,000 s.
    private static var store: MemorySnapshot {
        var store = MemorySnapshot()
        store.add(.llmCall, "closed", at: 2, agent: "x", subject: "m") {
            $0.latency = 1_000_000
            $0.output = 10
            $0.cost = 5_000_000_000
        }
        store.add(.llmCall, "looping", at: 900, agent: "x", subject: "m") {
            $0.latency = 2_000_000
            $0.output = 70
            $0.cost = 9_000_000_000
        }
        for second in 0..<7 {
            store.add(.toolCall, "looping", at: 995 + Double(second), subject: "search") {
                $0.argumentsHash = 77
            }
        }
        return store
    }

    @Test("What can only grow counts open requests by their events before now")
    func growing() throws {
        let report = try Self.store.report(0, 1_000)
        #expect(report.value("requests") == .whole(1, n: 1))
        #expect(report.value("open_requests") == .whole(1, n: 1))
        #expect(report.value("oldest_open_request_seconds") == .real(102, n: 1))
        #expect(report.value("repeated_tool_calls_max") == .whole(5, n: 1))
        #expect(report.value("consecutive_tool_calls_max") == .whole(5, n: 1))
        #expect(report.value("looping_requests") == .whole(1, n: 2))
        #expect(report.value("tokens_per_request_max") == .whole(70, n: 2))
        #expect(report.value("tokens_per_request_p99") == .real(10, n: 1))
        #expect(report.value("cost_per_request_usd_max") == .real(9, n: 2))
        #expect(report.value("cost_per_request_usd_avg") == .real(5, n: 1))
        #expect(report.value("request_latency_ms_max") == .real(101_000, n: 2))
        #expect(report.value("request_latency_ms_p50") == .real(1_000, n: 1))
        #expect(report.value("llm_calls_per_request_max") == .whole(1, n: 2))
    }

    @Test("It is no loop until the fifth repeat")
    func beforeFifth() throws {
        let report = try Self.store.report(0, 999)
        #expect(report.value("repeated_tool_calls_max") == .whole(4, n: 1))
        #expect(report.value("looping_requests") == .whole(0, n: 2))
    }

    @Test("Open requests without an event in the window do not enter it")
    func inactive() throws {
        let report = try Self.store.report(999.5, 1_000)
        #expect(report.value("repeated_tool_calls_max") == .nothing())
        #expect(report.value("looping_requests") == .whole(0, n: 0))
        #expect(report.value("open_requests") == .whole(1, n: 1))
    }

    @Test("Windows that ended before now hold closed requests alone")
    func pastWindow() throws {
        let report = try Self.store.report(0, 999, now: 1_000)
        #expect(report.value("repeated_tool_calls_max") == .nothing())
        #expect(report.value("tokens_per_request_max") == .whole(10, n: 1))
    }

    @Test("A breakdown by time has no place for open requests")
    func byTime() throws {
        let report = try Self.store.report(0, 1_000, by: [.minute], metrics: ["looping_requests"])
        #expect(report.keys == [[.moment(.at(300))]])
        #expect(report.leftOut == [])
    }

    @Test("An open request is in the group of its agent and has the outcome open")
    func grouped() throws {
        let report = try Self.store.report(0, 1_000, by: [.agent, .outcome])
        #expect(report.keys == [[.name("x"), .name("open")], [.name("x"), .none]])
        let open = report.value("looping_requests", .name("x"), .name("open"))
        #expect(open == .whole(1, n: 1))
        let only = try Self.store.report(
            0,
            1_000,
            filters: [MetricFilter(.outcome, ["open"])],
            metrics: ["open_requests", "requests"]
        )
        #expect(only.value("open_requests") == .whole(1, n: 1))
        #expect(only.value("requests") == .whole(0, n: 0))
    }

    @Test("A request that begins after now is not open yet")
    func future() throws {
        #expect(try Self.store.report(0, 800).value("open_requests") == .whole(0, n: 0))
    }

    @Test("A reused id's open part is told from its closed one")
    func parts() throws {
        var store = MemorySnapshot()
        store.add(.llmCall, "a", at: 0, subject: "m") { $0.output = 100 }
        store.add(.taskEnd, "a", at: 1) { $0.outcomeCode = 2 }
        store.add(.llmCall, "a", at: 1_000, subject: "m") { $0.output = 3 }
        let report = try store.report(500, 1_001)
        #expect(report.value("tokens_per_request_max") == .whole(3, n: 1))
        #expect(report.quality.reusedRequestIDs == 0)
        #expect(try store.report(500, 2_000).quality.reusedRequestIDs == 1)
    }

    @Test(
        "Asked so, a window that ended before now sees what was open at its end",
        arguments: [(1_000, 5), (1_300, 7), (1_301, 7), (1_302, 7)]
    )
    func atWindowsEnd(now: Double, repeats: Int64) throws {
        var query = MetricQuery(
            window: TimeWindow(since: .at(0), until: .at(999)),
            now: .at(now),
            metrics: []
        )
        query.metrics = ["repeated_tool_calls_max", "open_requests"]
            .compactMap(MetricCatalog.metric(named:))
        query.coversOpenRequests = true
        let report = try MetricsEngine.report(query, from: Self.store)
        #expect(report.value("repeated_tool_calls_max") == .whole(repeats, n: 1))
        #expect(report.value("open_requests")?.n == (now <= 1_300 ? 1 : 0))
        query.window.since = .at(998.5)
        let later = try MetricsEngine.report(query, from: Self.store)
        #expect(later.value("repeated_tool_calls_max") == .nothing())
    }
}
