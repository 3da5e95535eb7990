import AgentEvents
import MetricsEngine
import Testing

struct BreakdownTests {
    /// Some hundred events of a few agents and models over two days.
    private static func randomStore(_ seed: UInt64) -> MemorySnapshot {
        var numbers = SeededNumbers(seed: seed)
        var store = MemorySnapshot()
        for _ in 0..<400 {
            let request = "r\(Int.random(in: 0..<60, using: &numbers))"
            let kind = [EventKind.llmCall, .llmCall, .toolCall, .retry].randomElement(
                using: &numbers
            )
            let agent = ["x", "y", nil].randomElement(using: &numbers) ?? nil
            let user = ["u", nil].randomElement(using: &numbers) ?? nil
            let subject = ["one", "two", "three"].randomElement(using: &numbers)
            let provider = ["p", nil].randomElement(using: &numbers) ?? nil
            store.add(
                kind ?? .llmCall,
                request,
                at: .random(in: 0..<172_800, using: &numbers),
                agent: agent,
                user: user,
                subject: subject,
                provider: provider
            ) { event in
                event.succeeded = Bool.random(using: &numbers)
                if !event.succeeded {
                    event.errorClassCode = UInt8.random(in: 1...14, using: &numbers)
                }
                guard Int.random(in: 0..<5, using: &numbers) > 0 else { return }
                event.cost = Optional64(.random(in: 0...3_000_000_000, using: &numbers))
                event.uncachedInput = Optional64(.random(in: 0...9_000, using: &numbers))
                event.output = Optional64(.random(in: 0...900, using: &numbers))
            }
        }
        return store
    }

    @Test(
        "The parts of every breakdown add up to the total",
        arguments: 1...5 as ClosedRange<UInt64>,
        [
            [Dimension.agent], [.model], [.provider], [.error], [.user], [.session], [.minute],
            [.hour], [.day], [.agent, .model, .hour],
        ]
    )
    func partition(seed: UInt64, by: [Dimension]) throws {
        let store = Self.randomStore(seed)
        let metrics = ["cost_usd_total", "input_tokens", "output_tokens", "llm_calls", "retries"]
        let total = try store.report(metrics: metrics)
        let parts = try store.report(by: by, metrics: metrics)
        #expect(Set(parts.keys).count == parts.groups.count, "seed \(seed)")
        for name in metrics {
            let values = parts.groups.compactMap { group in
                group.values.first { $0.metric.name == name }?.value
            }
            let whole = try #require(total.value(name))
            #expect(values.map(\.n).reduce(0, +) == whole.n, "seed \(seed) \(name)")
            let nanos = values.map { Self.exact($0, name) }.reduce(0, +)
            #expect(nanos == Self.exact(whole, name), "seed \(seed) \(name)")
        }
    }

    private static func exact(_ value: MetricValue, _ name: String) -> Int64 {
        switch value.value {
        case .integer(let whole): whole
        case .real(let dollars): Int64((dollars * 1e9).rounded())
        case nil: .min / 1_000_000
        }
    }

    @Test("Filtering by each value of a dimension gives the groups of the breakdown")
    func filtersAreGroups() throws {
        let store = Self.randomStore(99)
        let metrics = ["llm_calls", "cost_usd_total"]
        let parts = try store.report(by: [.agent], metrics: metrics)
        for (key, value) in [(KeyValue.name("x"), "x"), (.name("y"), "y"), (.none, nil)] {
            let only = try store.report(filters: [MetricFilter(.agent, [value])], metrics: metrics)
            for name in metrics { #expect(only.value(name) == parts.value(name, key)) }
        }
        let both = try store.report(
            filters: [MetricFilter(.agent, ["x", nil]), MetricFilter(.model, ["one"])],
            metrics: metrics
        )
        let cells = try store.report(by: [.agent, .model], metrics: metrics)
        let n = [KeyValue.name("x"), .none].compactMap {
            cells.value("llm_calls", $0, .name("one"))?.n
        }
        #expect(both.value("llm_calls")?.n == n.reduce(0, +))
    }

    @Test("A breakdown leaves out what it cannot carry, once, with the reason")
    func leftOut() throws {
        var store = MemorySnapshot()
        store.add(.llmCall, "a", at: 1, subject: "m")
        let model = try store.report(by: [.model, .provider])
        let names = model.leftOut.map(\.metric)
        #expect(Set(names).count == names.count)
        #expect(
            model.leftOut.contains(LeftOut(metric: "requests", reason: "requests have no model"))
        )
        #expect(
            model.leftOut.contains(
                LeftOut(metric: "tool_calls", reason: "tool calls have no model")
            )
        )
        #expect(model.groups.first?.values.allSatisfy { $0.metric.level == .llmCall } == true)
        let hour = try store.report(by: [.hour], metrics: ["open_requests", "llm_calls"])
        let reason = "open requests are a state of now"
        #expect(hour.leftOut == [LeftOut(metric: "open_requests", reason: reason)])
        let time = try store.report(filters: [MetricFilter(.hour, ["12"])], metrics: ["llm_calls"])
        #expect(time.leftOut.map(\.metric) == ["llm_calls"])
    }

    @Test("Asked metrics come in catalog order, and a group needs a unit of theirs")
    func order() throws {
        var store = MemorySnapshot()
        store.add(.llmCall, "a", at: 1, agent: "x", subject: "m")
        store.add(.toolCall, "b", at: 2, agent: "y", subject: "t")
        let report = try store.report(
            by: [.agent],
            metrics: ["llm_calls", "error_rate", "llm_calls"]
        )
        #expect(report.groups.first?.values.map(\.metric.name) == ["error_rate", "llm_calls"])
        let tools = try store.report(by: [.agent], metrics: ["tool_calls"])
        #expect(tools.keys == [[.name("y")]])
    }

    @Test("Ledger metrics come when asked by name, and alone")
    func ledger() throws {
        var store = MemorySnapshot()
        store.ledger.lines = 7
        store.ledger.rejected = 2
        let report = try store.report(metrics: ["rejected", "lines", "late_events"])
        #expect(report.value("lines") == .whole(7, n: 7))
        #expect(report.value("rejected") == .whole(2, n: 7))
        #expect(report.value("late_events") == .nothing())
        #expect(report.quality.read.lines == 7)
        let byAgent = try store.report(by: [.agent], metrics: ["lines"])
        #expect(byAgent.leftOut == [LeftOut(metric: "lines", reason: "lines read have no agent")])
    }
}
