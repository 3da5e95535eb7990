import AgentEvents
import MetricsEngine
import Testing

struct EmptyStoreTests {
    @Test("Without units counts and sums are 0 and everything else is null")
    func emptyStore() throws {
        let report = try MemorySnapshot().report()
        #expect(report.groups.count == 1)
        #expect(report.groups.first?.key == [])
        for (metric, value) in try #require(report.groups.first).values {
            #expect(value.n == 0, "\(metric.name)")
            #expect(
                (value.value?.double ?? -1) == (metric.statistic.isTotal ? 0 : -1),
                "\(metric.name)"
            )
        }
        #expect(report.leftOut == [])
        #expect(report.quality == DataQuality())
    }

    @Test("Without units a breakdown has no groups", arguments: Dimension.allCases)
    func noGroups(dimension: Dimension) throws {
        #expect(try MemorySnapshot().report(by: [dimension]).groups.isEmpty)
    }

    @Test("A filter on a name that the store has never seen matches nothing")
    func unknownName() throws {
        var store = MemorySnapshot()
        store.add(.llmCall, "a", at: 1, agent: "x", subject: "m")
        for dimension in [Dimension.agent, .user, .session, .error, .outcome] {
            let report = try store.report(filters: [MetricFilter(dimension, ["nobody"])])
            for (metric, value) in try #require(report.groups.first).values {
                #expect(value.n == 0, "\(dimension) \(metric.name)")
            }
        }
    }

    @Test("A window that ends before it starts holds nothing")
    func backwards() throws {
        var store = MemorySnapshot()
        store.add(.llmCall, "a", at: 1, subject: "m")
        #expect(try store.report(5, 0, now: 10).value("llm_calls") == .whole(0, n: 0))
    }
}
